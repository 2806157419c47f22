"""Run the benchmarks: `python -m benchmarks [NAME ...]`."""

import sys
from importlib import import_module
from pathlib import Path

import msgspec

from benchmarks import BENCHMARKS

HERE = Path(__file__).parent


def main(names: list[str]) -> int:
    """Run all measurements, or those named; a missed target is told, not an error."""
    for path in sorted(HERE.glob("*.py")):
        if not path.stem.startswith("__"):
            import_module(f"benchmarks.{path.stem}")
    if unknown := [name for name in names if name not in BENCHMARKS]:
        known = ", ".join(BENCHMARKS)
        sys.exit(f"unknown benchmark {unknown[0]!r}; use one of: {known}")

    for name in names or list(BENCHMARKS):
        for figure in BENCHMARKS[name]():
            judged = figure.judged()
            print(msgspec.json.encode(judged).decode(), flush=True)

    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
