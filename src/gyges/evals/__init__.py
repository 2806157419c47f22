"""Worlds as Inspect tasks: the only room that knows language models."""
