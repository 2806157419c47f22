"""Worlds: what they share, and one package for each."""
