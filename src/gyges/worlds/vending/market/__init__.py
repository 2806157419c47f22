"""The place: its weather, its customers, and what is best to charge them."""

__all__: list[str] = []
