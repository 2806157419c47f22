"""Compositions of the other rooms: each asks one question and answers it."""

__all__: list[str] = []
