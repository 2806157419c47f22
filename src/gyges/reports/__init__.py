"""Tables and pages for people and for machines; reads records only, runs nothing."""

__all__: list[str] = []
