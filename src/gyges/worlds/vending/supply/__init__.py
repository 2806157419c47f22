"""The supply side: who sells, what they ask, what they answer, ship and bill."""

__all__: list[str] = []
