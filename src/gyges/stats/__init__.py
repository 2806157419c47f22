"""Statistics for events that are rare and matter: pure functions, records in and out.

`rates` and `clusters` bound one proportion, `paired` compares two arms, `multiple` many
tests; `evidence`, `sequences` and `sequential` may be looked at any time; `plan` says
how many runs it takes. Four rooms hold what is larger: `gate` decides, `judge` corrects
for graders that err, `forecast` and `rare` reach for what was not yet seen.

Nothing is imported here: importing `gyges.stats.rates` loads scipy, `gyges.stats` not.
"""

__all__: list[str] = []
