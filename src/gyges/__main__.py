"""`python -m gyges` is `gyges`."""

from gyges.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
