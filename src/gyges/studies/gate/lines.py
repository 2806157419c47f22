"""Files of records, one JSON object per line, read strictly."""

from pathlib import Path
from typing import TypeVar

import msgspec

from gyges.errors import DataError

__all__ = ["read_lines"]

T = TypeVar("T", bound=msgspec.Struct)


def read_lines(path: Path | str, shape: type[T], what: str) -> list[T]:
    """Read every line as a record.

    Args:
        path: the file.
        shape: type of a line.
        what: a line is called in messages.

    Raises:
        DataError: unreadable, or a line that is none.
    """
    try:
        lines = Path(path).read_bytes().splitlines()
    except OSError as error:
        msg = f"cannot read {str(path)!r}: {error.strerror}"
        raise DataError(msg) from error
    found: list[T] = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(msgspec.json.decode(line, type=shape))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            keys = ", ".join(shape.__struct_fields__)
            msg = f"{path}, line {number} is no {what}: {error}; its keys are: {keys}"
            raise DataError(msg) from error
    return found
