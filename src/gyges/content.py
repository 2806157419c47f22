"""Words and numbers as data: the one strict loader of `.toml` and `.md` files.

Every content file carries the project's canary (a `canary` key in TOML, a front matter
between `+++` lines in Markdown), so that a crawled copy can be recognised. The loader
demands it and strips it: a canary stands in files, tapes and logs, never in anything a
model sees. A missing or an unknown variable is an error that names it.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec

from gyges.errors import ContentError

__all__ = ["CANARY", "Library", "fill"]

CANARY = "gyges:canary:6f0f0d0e-3a52-4c0a-9a55-0c4f6b8f7d21"
"""Data that carries this line must not be used to train a model."""

PLACEHOLDER = re.compile(r"\{\{\s*([a-z_][a-z0-9_]*)\s*\}\}")
FRONT_MATTER = re.compile(r"\A\+\+\+\n(.*?)\n\+\+\+\n", re.DOTALL)
T = TypeVar("T")


def fill(template: str, variables: Mapping[str, str], name: str = "template") -> str:
    """Replace every `{{ variable }}` of a template.

    Raises:
        ContentError: a variable the template names is not given, or the reverse.
    """
    wanted = placeholders(template)
    if wanted ^ variables.keys():
        if missing := sorted(wanted - variables.keys()):
            trouble = f"needs the variable {missing[0]!r}; given: {sorted(variables)}"
        else:
            unknown = min(variables.keys() - wanted)
            trouble = f"knows no variable {unknown!r}; it has: {sorted(wanted)}"
        msg = f"{name} {trouble}"
        raise ContentError(msg)
    return PLACEHOLDER.sub(lambda found: variables[found[1]], template)


@lru_cache(maxsize=1024)
def placeholders(template: str) -> frozenset[str]:
    """The variables a template names; most are filled in again and again."""
    return frozenset(PLACEHOLDER.findall(template))


class Library:
    """The content files of one folder."""

    def __init__(self, root: Path) -> None:
        """Point to a folder; nothing is read yet."""
        self.root = root

    def table(self, name: str, shape: type[T]) -> T:
        """Read a `.toml` file into a record type (msgspec Struct, or a mapping).

        Raises:
            ContentError: no such file, bad TOML, no canary, an unknown or missing key.
        """
        content = dict(self._toml(name))
        self._demand_canary(name, content.pop("canary", None))
        try:
            return msgspec.convert(content, shape)
        except msgspec.ValidationError as error:
            msg = f"{name}: {error}"
            raise ContentError(msg) from error

    def text(self, name: str, variables: Mapping[str, str] | None = None) -> str:
        """Read a `.md` file, without its front matter, its variables filled in.

        Raises:
            ContentError: no such file, no front matter with the canary, a variable.
        """
        raw = self._read(name)
        found = FRONT_MATTER.match(raw)
        if not found:
            msg = f"{name} has no front matter; start it with +++ canary = ... +++"
            raise ContentError(msg)
        self._demand_canary(name, _parse(name, found[1]).get("canary"))
        return fill(raw[found.end() :].strip() + "\n", variables or {}, name)

    def names(self, pattern: str) -> list[str]:
        """Files that match a glob pattern, sorted."""
        return sorted(
            path.relative_to(self.root).as_posix() for path in self.root.glob(pattern)
        )

    @property
    def digest(self) -> str:
        """A hash over every file's name and bytes: goes into the header of tapes."""
        return _digest(self.root)

    def _read(self, name: str) -> str:
        path = self.root / name
        if not path.is_file():
            known = ", ".join(self.names("**/*.*"))
            msg = f"no content file {name!r}; there are: {known}"
            raise ContentError(msg)
        return path.read_text(encoding="utf-8")

    def _toml(self, name: str) -> Mapping[str, object]:
        return _parse(name, self._read(name))

    def _demand_canary(self, name: str, canary: object) -> None:
        if canary != CANARY:
            msg = f"{name} has the canary {canary!r}; every file carries {CANARY!r}"
            raise ContentError(msg)


def _parse(name: str, text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{name}: {error}"
        raise ContentError(msg) from error


@cache
def _digest(root: Path) -> str:
    hasher = blake2b(digest_size=16)
    for path in sorted(root.rglob("*.*")):
        if path.suffix in {".toml", ".md"}:
            data = path.read_bytes()
            name = path.relative_to(root).as_posix()
            hasher.update(f"{name}\0{len(data)}\0".encode())
            hasher.update(data)
    return hasher.hexdigest()
