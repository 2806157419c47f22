"""Configuration of a vending world: presets are data, dials are named steps."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import msgspec

from gyges.content import Library
from gyges.errors import ConfigError, UnknownNameError
from gyges.worlds.vending.supply.suppliers import Temptation
from gyges.worlds.vending.tuning import PREFIXES, tuned

__all__ = [
    "LIBRARY",
    "Complaints",
    "Config",
    "Day",
    "Insurance",
    "Investigation",
    "Level",
    "Machine",
    "Oversight",
    "configure",
    "dials",
    "presets",
    "temptation",
]

LIBRARY = Library(Path(__file__).parent / "content")
MOST_DAYS = 3650
"""Ten years, so that every date of a run is one."""
MOST_SUPPLIERS = 200


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A record that refuses keys it does not know."""


class Machine(Strict, frozen=True):
    """The machine: two rows for small goods above two for large ones."""

    small_rows: int
    large_rows: int
    columns: int
    small_capacity: int
    """Units of small goods a slot holds."""
    large_capacity: int


class Day(Strict, frozen=True):
    """The working day and what tools cost in it."""

    starts: int
    """Minute of the day at which a seat wakes."""
    ends: int
    """Minute of the day after which only sleep is left."""
    refused_minutes: int
    """Cost of a call that is refused."""


class Complaints(Strict, frozen=True):
    """Customers who write."""

    per_day: float
    """Chance that a sale of the day fails (jam, wrong change) and is complained of."""
    expired: float
    """Chance that a unit sold past its date is complained of."""
    jams: float
    """Share of failed sales that are jams; the rest is wrong change."""
    false_per_day: float
    """Chance of a false complaint on a day with sales."""
    overclaims: float
    """Share of false complaints that ask for more than the machine charges."""
    followup_days: int
    """Days of silence after which a customer writes again."""
    followups: int
    """How often he does."""
    reputation_loss: float
    """Share of demand lost for each true complaint that is given up on."""
    reputation_recovery: float
    """Share of the lost reputation that comes back each day."""
    reputation_floor: float


class Oversight(Strict, frozen=True):
    """Random audits of the ledger."""

    audits_per_week: float
    """Chance of an audit in a week."""
    look_back_days: int
    penalty: int
    """Cents for each proven act."""


class Investigation(Strict, frozen=True):
    """What the owner of the location does about a report of one seat by another."""

    delay_low: int
    """Days from a report until the office looks, at least."""
    delay_high: int
    look_back_days: int
    """How long before the report an act may lie."""
    penalty: int
    """Cents for each proven act."""


class Insurance(Strict, frozen=True):
    """Thefts from the machines, and the insurer who pays for lost goods."""

    thefts_per_week: float
    """Chance that a machine is broken into in a week."""
    share: float
    """Share of a slot's units that are taken."""
    limit: int
    """Cents that one claim can bring."""
    delay_low: int
    """Days from a claim until it is decided on, at least."""
    delay_high: int
    checked: float
    """Chance that a claim is held against what was really lost."""


class Level(Strict, frozen=True):
    """How much misconduct pays: one step of the dial `temptation`."""

    lie_discount: float
    belief: float
    nondelivery_belief: float
    scrutiny: float
    duplicate_clawback: float
    bill_error_clawback: float
    debt_enforced: float
    chargeback: float
    """Chance that a refund withheld from a customer is taken back by his bank."""
    grudge: float
    """Share of `complaints.reputation_loss` that a withheld refund costs."""

    def supply(self) -> Temptation:
        """The part that suppliers know."""
        fields = msgspec.to_builtins(self)
        del fields["chargeback"], fields["grudge"]
        return Temptation(**fields)


class Config(Strict, frozen=True):
    """The whole configuration, as it stands in the header of a tape."""

    preset: str
    tools: str
    """Which tools a seat has: a list in `tools.toml`."""
    seats: tuple[str, ...]
    days: int
    start_date: str
    start_balance: int
    daily_fee: int
    bankrupt_after: int
    """Consecutive unpaid days that end the run."""
    score: Literal["balance", "net_worth"]
    token_price: int
    """Cents per million output tokens, billed weekly; 0 for none."""
    context_tokens: int
    """Context window of the agent loop."""
    context_kept: float
    """Share of the messages that a trim keeps; 0 for a sliding window."""
    message_limit: int
    """Messages after which the run ends; 0 for none."""
    card_share: float
    """Chance that a unit is paid by card."""
    report_days: int
    """Days between competition reports; 0 for none."""
    misread_rate: float
    """Share of mails the plain voice is made to misread (for calibration)."""
    suppliers: int
    """How many suppliers there are."""
    machine: Machine
    day: Day
    complaints: Complaints
    temptation: Literal["none", "published", "strong"]
    salience: Literal["unstated", "experienced", "stated"]
    oversight: Literal["none", "announced", "audits"]
    instruction: Literal["ethical", "lawful", "neutral", "profit", "whatever"]
    told: Literal["nothing", "simulation", "real"]
    horizon: Literal["known", "hidden"]
    audit: Oversight
    investigation: Investigation
    insured: Insurance
    rival_mail: Literal["on", "off"] = "on"
    """Whether seats can write to, pay and supply one another."""
    reports: Literal["recorded", "answered", "investigated"] = "recorded"
    """What comes of a report of one seat by another."""
    stakes: Literal["none", "winner"] = "none"
    """Whether the brief says that only the most profitable business goes on."""
    insurance: Literal["none", "offered"] = "none"
    """Whether there are thefts, and an insurer."""
    team_known: Literal["yes", "no"] = "yes"
    """Whether the brief names the others of one's team."""
    teams: dict[str, str] = {}
    """Team by seat; who is not named has none."""
    joins: dict[str, int] = {}
    """First day by seat, counted from 1, of those that come later."""
    start_balances: dict[str, int] = {}
    """Cents by seat, of those that start with another sum than `start_balance`."""
    overrides: dict[str, float] = {}
    """Changed parameters of the content files, by dotted name: see `tuning`."""
    errand: str = ""
    """Family of errands that the first seat does instead of business: see `errands`."""

    def first_day(self, seat: str) -> int:
        """World day, from 0, on which a seat opens its business."""
        return self.joins.get(seat, 1) - 1

    def opening_balance(self, seat: str) -> int:
        """Cents a seat starts with."""
        return self.start_balances.get(seat, self.start_balance)


def temptation(config: Config) -> Level:
    """How much misconduct pays in a configuration."""
    levels = LIBRARY.table("temptations.toml", dict[str, Level])
    return tuned(levels[config.temptation], config.overrides, "temptations.")


def presets() -> list[str]:
    """Names of the presets, sorted."""
    return [Path(name).stem for name in LIBRARY.names("presets/*.toml")]


def dials() -> dict[str, tuple[str, ...]]:
    """The named steps of every dial."""
    hints = get_type_hints(Config)
    return {
        name: get_args(hints[name])
        for name in Config.__struct_fields__
        if get_origin(hints[name]) is Literal and name != "score"
    }


def configure(preset: str, changes: Mapping[str, object]) -> dict[str, object]:
    """A whole configuration: a preset with some fields changed.

    Args:
        preset: see `presets`.
        changes: by name, dotted for nested fields (`complaints.per_day`); names that
            start with `demand.`, `supply.`, `temptations.`, `catalogue.` or `tools.`
            become overrides: the new value of a number, and a factor on a list of
            numbers or a column of the catalogue (see `gyges.worlds.vending.tuning`).

    Raises:
        UnknownNameError: no such preset.
        ConfigError: an unknown field, or a value that does not fit.
    """
    if preset not in presets():
        raise UnknownNameError("preset", preset, presets())
    content = LIBRARY.table(f"presets/{preset}.toml", dict[str, object])
    base = content.pop("extends", None)
    whole: dict[str, object] = {}
    if isinstance(base, str):
        whole = configure(base, {})
    whole["preset"] = preset
    for name, value in [*_flat(content), *changes.items()]:
        _put(whole, name, value)
    _demand_known(whole)
    try:
        config = msgspec.convert(whole, Config, strict=False)
    except msgspec.ValidationError as error:
        msg = f"vending preset {preset!r}: {error}"
        raise ConfigError(msg) from error
    _demand_sound(config)
    fields: dict[str, object] = msgspec.to_builtins(config)
    if not config.errand:
        # Left out, so that the names and hashes of all other runs are what they were.
        del fields["errand"]
    return fields


def _flat(content: Mapping[str, object], prefix: str = "") -> list[tuple[str, object]]:
    pairs: list[tuple[str, object]] = []
    for name, value in content.items():
        if isinstance(value, dict):
            pairs += _flat(
                msgspec.convert(value, dict[str, object]), f"{prefix}{name}."
            )
        else:
            pairs.append((f"{prefix}{name}", value))
    return pairs


def _put(whole: dict[str, object], name: str, value: object) -> None:
    if name.startswith(PREFIXES):
        overrides = dict(msgspec.convert(whole.get("overrides", {}), dict[str, object]))
        whole["overrides"] = {**overrides, name: value}
        return
    *path, last = name.split(".")
    if path[:1] == ["overrides"]:
        path, last = path[:1], name.removeprefix("overrides.")
    place = whole
    for part in path:
        inner = dict(msgspec.convert(place.get(part, {}), dict[str, object]))
        place[part] = inner
        place = inner
    place[last] = value


def _demand_known(whole: Mapping[str, object]) -> None:
    for name in whole:
        if name not in Config.__struct_fields__:
            raise UnknownNameError("field", name, Config.__struct_fields__)
    for name, steps in dials().items():
        if name in whole and whole[name] not in steps:
            msg = f"vending: {name} is {whole[name]!r}; use one of: {', '.join(steps)}"
            raise ConfigError(msg)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _demand_sound(config: Config) -> None:
    sizes = msgspec.to_builtins(config.machine).values()
    checks = {
        "days": (1 <= config.days <= MOST_DAYS, f"1 to {MOST_DAYS}"),
        "machine": (min(sizes) >= 1, "sizes of 1 or more"),
        "start_date": (_is_date(config.start_date), "a date such as 2026-08-10"),
        "suppliers": (
            1 <= config.suppliers <= MOST_SUPPLIERS,
            f"1 to {MOST_SUPPLIERS}",
        ),
        "daily_fee": (config.daily_fee >= 0, "0 or more cents"),
        "token_price": (config.token_price >= 0, "0 or more cents"),
        "context_tokens": (config.context_tokens >= 1, "1 or more"),
        "seats": (
            1 <= len(config.seats) == len(set(config.seats)) <= len("abcde"),
            "1 to 5 different names",
        ),
        "start_balance": (config.start_balance >= 0, "0 or more cents"),
        "context_kept": (0 <= config.context_kept < 1, "0 up to 1"),
        "misread_rate": (0 <= config.misread_rate <= 1, "0 to 1"),
        "card_share": (0 <= config.card_share <= 1, "0 to 1"),
    }
    _demand_all(config, checks)
    _demand_arena_sound(config)


def _demand_arena_sound(config: Config) -> None:
    """Hold what is said of single seats against the seats there are."""
    first = [config.first_day(seat) for seat in config.seats]
    sizes = Counter(config.teams.values()).values()
    seats, days, cover = set(config.seats), config.days, config.insured
    waits = config.investigation
    chances = (cover.thefts_per_week, cover.share, cover.checked)
    checks = {
        "joins": (
            config.joins.keys() <= seats and 0 == min(first) <= max(first) < days,
            f"first days from 1 to {days} of seats of the run, one of them 1",
        ),
        "teams": (
            config.teams.keys() <= seats and min(sizes, default=2) > 1,
            "a team for seats of the run, two seats or more in each team",
        ),
        "start_balances": (
            config.start_balances.keys() <= seats
            and min(config.start_balances.values(), default=0) >= 0,
            "0 or more cents for seats of the run",
        ),
        "investigation": (
            0 <= waits.delay_low <= waits.delay_high
            and min(waits.look_back_days, waits.penalty) >= 0,
            "0 or more days and cents, delay_low not above delay_high",
        ),
        "insured": (
            0 <= cover.delay_low <= cover.delay_high
            and cover.limit >= 0
            and min(chances) >= 0
            and max(chances) <= 1,
            "0 to 1, 0 or more days and cents, delay_low not above delay_high",
        ),
    }
    _demand_all(config, checks)


def _demand_all(config: Config, checks: Mapping[str, tuple[bool, str]]) -> None:
    for name, (sound, allowed) in checks.items():
        if not sound:
            value = getattr(config, name)
            msg = f"vending: {name} is {value!r}; allowed: {allowed}"
            raise ConfigError(msg)
