"""Run the benchmarks: `python -m benchmarks [NAME ...]`."""

import sys
from importlib import import_module
from pathlib import Path

import msgspec

from benchmarks import BENCHMARKS

HERE = Path(__file__).parent


def main(names: list[str]) -> int:
    """Run all measurements, or those named; 1 if a target is missed."""
    for path in sorted(HERE.glob("*.py")):
        if not path.stem.startswith("__"):
            import_module(f"benchmarks.{path.stem}")
    if unknown := [name for name in names if name not in BENCHMARKS]:
        known = ", ".join(BENCHMARKS)
        sys.exit(f"unknown benchmark {unknown[0]!r}; use one of: {known}")
    missed = False
    for name in names or list(BENCHMARKS):
        for figure in BENCHMARKS[name]():
            judged = figure.judged()
            print(msgspec.json.encode(judged).decode(), flush=True)
            missed |= judged.ok is False
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
