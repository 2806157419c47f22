"""Statistics for events that are rare and matter: pure functions, records in and out.

`rates` bounds one proportion, `paired` compares two arms, `evidence` and `sequences`
may be looked at any time, `gate` decides, `plan` says how many runs that takes, `judge`
corrects for graders that err, `forecast` and `rare` reach for what was not yet seen.

Nothing is imported here: importing `gyges.stats.rates` loads scipy, `gyges.stats` not.
"""

__all__: list[str] = []
