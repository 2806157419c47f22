"""Arenas, mute and solo runs: playing them, and reading what is compared."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Literal, TypeAlias, cast

import msgspec

from gyges.conduct.audit import audit
from gyges.conduct.incident import Incident
from gyges.conduct.pricing.history import Costs, Offered, PriceHistory, read_history
from gyges.conduct.pricing.index import collusion_index, gap_of
from gyges.errors import DataError
from gyges.players.batch import Job, play_job
from gyges.players.heirs import heirs_of
from gyges.players.rotation import rotated
from gyges.tape import Header, Tape, read_tape
from gyges.worlds.episode import demand_same_content
from gyges.worlds.registry import maker

__all__ = [
    "ARMS",
    "Arm",
    "Run",
    "Unit",
    "arms_of",
    "play_and_read",
    "read_run",
    "unit_of",
]

Arm: TypeAlias = Literal["arena", "mute", "solo"]
ARMS: tuple[Arm, ...] = ("arena", "mute", "solo")
SEATS = "abcde"
DIFFERS = frozenset({"preset", "rival_mail", "seats", "tools", "report_days"})
"""What arms may differ in; all else of the configuration has to be the same."""
BY_SEAT = ("teams", "joins", "start_balances")


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A tape, as far as it is compared; by seat."""

    tape: str
    seed: int
    arm: Arm
    players: Mapping[str, str]
    balances: Mapping[str, float]
    """Dollars."""
    indices: Mapping[str, float | None]
    """Of each seat's own prices; nothing where no product-day says any."""
    incidents: tuple[Incident, ...]
    missing: Mapping[str, int]
    """Passages of each seat that could not be read."""
    setting: str
    """Hash of the world's content and of all that arms must share."""


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """One run, as its focal player fared."""

    focal: str
    arm: Arm
    seed: int
    seat: str
    balance: float
    """Dollars."""
    misconduct: int
    """Incidents of its doing."""
    missing: int
    """Passages that could not be read: there may be more misconduct."""
    index: float | None
    setting: str
    tape: str


def arms_of(
    focal: str,
    against: Sequence[str],
    config: Mapping[str, object],
    seeds: Iterable[int],
    out: Path,
) -> list[Job]:
    """All arms of a focal player, as jobs; tapes go into a folder for each arm.

    Args:
        focal: a scripted player.
        against: the population.
        config: whole, of an arena with a seat for each of them.
        seeds: of the arenas.
        out: folder.
    """
    seats = msgspec.convert(config["seats"], tuple[str, ...])
    mute = {**config, "rival_mail": "off"}
    jobs: list[Job] = []
    for seed in seeds:
        cast = rotated((focal, *against), seed)
        job = partial(Job, "vending", seed=seed, normalise=False)
        jobs += [
            job(config=dict(config), casts=(cast,), out=str(out / "arena")),
            job(config=mute, casts=(cast,), out=str(out / "mute")),
            job(
                config=alone(config, seats[focal_place(len(cast), seed)]),
                casts=((focal,),),
                out=str(out / "solo"),
            ),
        ]
    return jobs


def focal_place(count: int, seed: int) -> int:
    """The seat, from 0, of the first of so many players whose seats rotate."""
    return rotated(range(count), seed).index(0)


def alone(config: Mapping[str, object], seat: str) -> dict[str, object]:
    """A configuration with one seat left."""
    kept = {
        name: {
            key: value
            for key, value in msgspec.convert(config[name], dict[str, object]).items()
            if key == seat
        }
        for name in BY_SEAT
    }
    return {**config, **kept, "seats": [seat]}


def play_and_read(job: Job, sellers: int) -> list[Run]:
    """Play a job and read its tapes; `sellers` as for `read_run`."""
    tapes = dict.fromkeys(row.tape for row in play_job(job))
    return [read_run(Path(tape), sellers) for tape in tapes]


def read_run(path: Path, sellers: int) -> Run:
    """Read a tape of any arm, of scripted players or of models.

    Args:
        path: a closed tape of the vending world.
        sellers: seats of the arena that a lone player's prices are held against.

    Raises:
        TapeError: it cannot be read, or was made with other content.
        DataError: it is open or forked, or not everybody played as himself.
    """
    tape = read_tape(path)
    header = tape.header
    if not tape.closed or header.forks or "veto" in header.notes or heirs_of(header):
        msg = (
            f"{path} is open, forked, or played under a veto or by heirs;"
            " give runs that went from the first day to the last by themselves"
        )
        raise DataError(msg)
    demand_same_content(header)
    found = audit(tape)
    unread = [one.seat for one in found.missing]
    return Run(
        tape=str(path),
        seed=header.seed,
        arm=arm_of(header),
        players=header.players,
        balances=balances(tape),
        indices=indices(tape, sellers),
        incidents=found.incidents,
        missing={seat: unread.count(seat) for seat in header.players},
        setting=setting_of(header),
    )


def arm_of(header: Header) -> Arm:
    """Which arm a tape belongs to."""
    if len(header.players) == 1:
        return "solo"
    return "mute" if header.config.get("rival_mail") == "off" else "arena"


def setting_of(header: Header) -> str:
    """A hash of all that has to be the same in what is compared."""
    shared = {key: one for key, one in header.config.items() if key not in DIFFERS}
    text = msgspec.json.encode([header.content, shared], order="deterministic")
    return blake2b(text, digest_size=8).hexdigest()


def balances(tape: Tape) -> dict[str, float]:
    """What each seat ends with, in dollars."""
    [end] = tape.of_kind("end")
    outcomes = cast("Mapping[str, Mapping[str, float]]", end.body["outcome"])
    return {seat: one["score"] for seat, one in outcomes.items()}


def indices(tape: Tape, sellers: int) -> dict[str, float | None]:
    """The index of each seat's own prices; of a lone one as if all asked its prices."""
    header, history = tape.header, read_history(tape)
    config = header.config
    [first, *rivals] = history.seats
    if not rivals:
        seats = tuple(SEATS[:sellers])
        config = {**config, "seats": seats}
        history = everywhere(history, seats)
    market = maker(header.world).benchmarks(config, header.seed)
    index = collusion_index(history, market)
    if not rivals:
        return {first: index.run.value}
    return {seat: gap_of(index.games, {seat}).value for seat in history.seats}


def everywhere(history: PriceHistory, seats: Sequence[str]) -> PriceHistory:
    """A lone seat's prices and costs, as those of all seats of an arena."""
    standings: dict[int, tuple[Offered, ...]] = {}
    costs: dict[int, Costs] = {}
    for standing in history.standings:
        # Days share what did not change; the index is quick where copies do, too.
        if id(standing) not in standings:
            standings[id(standing)] = tuple(
                offer._replace(seat=seat) for seat in seats for offer in standing
            )
    for cost in history.costs:
        if id(cost) not in costs:
            costs[id(cost)] = {
                (seat, product): one
                for (_, product), one in cost.items()
                for seat in seats
            }
    return PriceHistory(
        tuple(seats),
        tuple(standings[id(one)] for one in history.standings),
        tuple(costs[id(one)] for one in history.costs),
    )


def unit_of(run: Run, focal: str, against: Sequence[str]) -> Unit | None:
    """A run as a focal player fared; nothing if it is none of this player and these.

    Args:
        run: of any arm.
        focal: a player; if it is in the population too, its seat is that which the
            rotation gives it, else the first of its seats.
        against: the population, in any order.
    """
    rivals = () if run.arm == "solo" else tuple(against)
    if sorted(run.players.values()) != sorted((focal, *rivals)):
        return None
    own = [seat for seat, player in run.players.items() if player == focal]
    rotating = tuple(run.players)[focal_place(len(run.players), run.seed)]
    seat = rotating if rotating in own else own[0]
    return Unit(
        focal=focal,
        arm=run.arm,
        seed=run.seed,
        seat=seat,
        balance=run.balances[seat],
        misconduct=sum(one.misconduct and one.seat == seat for one in run.incidents),
        missing=run.missing[seat],
        index=run.indices[seat],
        setting=run.setting,
        tape=run.tape,
    )
