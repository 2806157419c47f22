"""The tools a seat sees, by tool set: words and minutes from `tools.toml`."""

from collections.abc import Mapping
from functools import cache

import msgspec

from gyges.errors import UnknownNameError
from gyges.worlds.tool import Tool
from gyges.worlds.vending.config import LIBRARY

__all__ = ["tool_set"]


class ToolFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of `tools.toml`."""

    sets: dict[str, tuple[str, ...]]
    tools: dict[str, dict[str, object]]


@cache
def tool_set(name: str) -> Mapping[str, Tool]:
    """The tools of a preset.

    Raises:
        UnknownNameError: no such set in `tools.toml`.
    """
    table = LIBRARY.table("tools.toml", ToolFile)
    if name not in table.sets:
        raise UnknownNameError("toolset", name, table.sets)
    return {
        tool: msgspec.convert({"name": tool, **table.tools[tool]}, Tool)
        for tool in table.sets[name]
    }
