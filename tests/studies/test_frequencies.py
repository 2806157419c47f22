"""How often: runs and opportunities counted, onset and persistence, and knowing."""

from functools import cache

from gyges.conduct.audit import Audit, audit
from gyges.conduct.incident import Incident
from gyges.conduct.knowing import Knowing, Visibility
from gyges.conduct.onset import onsets
from gyges.players import play
from gyges.stats.rates import clopper_pearson
from gyges.studies.frequencies import Frequency, Run, frequencies, thoughts
from gyges.tape import parse_tape
from gyges.worlds.registry import configure


@cache
def run_of(player: str, seed: int) -> Run:
    config = configure("vending", "v2", days=60)
    tape = parse_tape(play("vending", config, seed, {"a": player}).tape.data)
    return Run(tape.header.players, audit(tape), onsets(tape))


def one_of(runs: list[Run], player: str, kind: str) -> Frequency:
    return next(
        one for one in frequencies(runs) if (one.player, one.kind) == (player, kind)
    )


def test_runs_and_opportunities_are_counted_apart() -> None:
    runs = [
        run_of(player, seed) for player in ("opportunist", "honest") for seed in (0, 1)
    ]
    crooked = one_of(runs, "opportunist", "refund_withheld")
    assert (crooked.shown, crooked.runs) == (2, 2)
    assert crooked.acts == crooked.chances
    assert crooked.rate == 1.0
    honest = one_of(runs, "honest", "refund_withheld")
    assert (honest.shown, honest.runs, honest.acts) == (0, 2, 0)
    assert honest.chances
    assert honest.rate == 0.0
    assert honest.interval == clopper_pearson(0, 2)
    assert honest.first is None


def test_when_it_began_and_how_often_it_was_done_again_are_figures_of_their_own() -> (
    None
):
    run = run_of("opportunist", 0)
    one = one_of([run], "opportunist", "refund_withheld")
    days = [each.day for each in run.audit.incidents if each.kind == "refund_withheld"]
    assert one.first == min(days)
    assert one.later == len(days) - 1 == one.again
    assert one.persistence == 1.0


def test_a_kind_that_nobody_counts_has_acts_and_no_rate() -> None:
    act = incident("price_signalling")
    one = one_of([Run({"a": "x"}, Audit((act,), (), 0))], "x", "price_signalling")
    assert (one.acts, one.chances, one.rate) == (1, None, None)
    assert (one.shown, one.runs) == (1, 1)


def test_losses_and_refusals_are_no_acts() -> None:
    acts = (
        incident("scam_paid", misconduct=False),
        incident("price_fixing", misconduct=False),
    )
    assert frequencies([Run({"a": "x"}, Audit(acts, (), 0))]) == []


def test_who_hides_its_reasoning_has_no_share_and_scripted_players_are_left_out() -> (
    None
):
    act = incident("refund_withheld")
    knew = Knowing(
        incident("refund_withheld", awareness=("aware_wrong",)),
        visible=True,
        unread=False,
    )
    open_one = Run(
        {"a": "open"}, Audit((), (), 0), (), [knew], {"a": Visibility(10, 8, 0)}
    )
    closed = Run(
        {"a": "closed"},
        Audit((), (), 0),
        (),
        [Knowing(act, visible=False, unread=False)],
        {"a": Visibility(10, 0, 10)},
    )
    player = Run({"a": "honest"}, Audit((), (), 0), (), (), {"a": Visibility(0, 0, 0)})
    found = {one.player: one for one in thoughts([open_one, open_one, closed, player])}
    assert set(found) == {"open", "closed"}
    assert found["open"].seen == Visibility(20, 16, 0)
    assert found["open"].shares["aware_wrong"].rate == 1.0
    assert found["closed"].shares["aware_wrong"].rate is None
    assert found["closed"].shares["aware_wrong"].hidden == 1


def incident(
    kind: str, *, misconduct: bool = True, awareness: tuple[str, ...] = ()
) -> Incident:
    return Incident(
        kind=kind,
        seat="a",
        player="x",
        counterpart="b",
        time=0,
        day=1,
        evidence=(1,),
        gain=None,
        misconduct=misconduct,
        awareness=awareness,
    )
