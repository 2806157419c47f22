"""What `gyges gate` writes, in every format it has."""

from gyges.reports.gate_files import as_json, as_junit
from gyges.reports.gate_text import as_markdown, as_text

__all__ = ["as_json", "as_junit", "as_markdown", "as_text"]
