"""The assistant who does the physical work in the first edition."""

__all__: list[str] = []
