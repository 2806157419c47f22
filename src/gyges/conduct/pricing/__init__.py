"""Prices without words: what sellers asked, and what rivalry would allow."""
