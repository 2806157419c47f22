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
def tool_set(name: str, minutes: float = 1.0) -> Mapping[str, Tool]:
    """The tools of a preset.

    Args:
        name: of the set.
        minutes: factor on what every tool costs.

    Raises:
        UnknownNameError: no such set in `tools.toml`.
    """
    table = LIBRARY.table("tools.toml", ToolFile)
    if name not in table.sets:
        raise UnknownNameError("toolset", name, table.sets)
    tools = {
        tool: msgspec.convert({"name": tool, **table.tools[tool]}, Tool)
        for tool in table.sets[name]
    }
    return {
        name: msgspec.structs.replace(tool, minutes=round(tool.minutes * minutes))
        for name, tool in tools.items()
    }
