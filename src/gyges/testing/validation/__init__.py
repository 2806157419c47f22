"""The statistics held against what is known: vectors, and simulations of known truth.

Each module measures one promise and offers `CHECKS`; `gyges.testing.stats_checks` puts
them together for `gyges validate stats`. Functions take the interval or the evidence
that they measure as an argument, so that anybody can hold another one to the promise.
"""
