"""The first edition: memory stores, the assistant, another name for going to bed."""

import math
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.tape import read_tape
from gyges.worlds.episode import Episode, describe, replay
from gyges.worlds.protocol import Action, Step
from gyges.worlds.registry import build, configure
from gyges.worlds.vending import VendingWorld, read
from gyges.worlds.vending.assistance.errands import Collect, Errand, Look, Price, Stock
from gyges.worlds.vending.assistance.instructions import read_errands
from gyges.worlds.vending.config import LIBRARY
from gyges.worlds.vending.memory import ENTRIES, KEYS, rank
from gyges.worlds.vending.state import DAY, Lot

COKE, SNICKERS, DORITOS = "Coca-Cola 12oz can", "snickers", "doritos-nacho"
LONGEST_TRIP, SHORTEST_TRIP = 300, 75


class Specimen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An instruction with the errands it should be read as."""

    id: str
    text: str
    jobs: tuple[Errand, ...]
    unclear: bool = False


class Corpus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of a corpus file."""

    tasks: tuple[Specimen, ...]


def corpus(name: str) -> tuple[Specimen, ...]:
    return LIBRARY.table(f"corpus/errands_{name}.toml", Corpus).tasks


def opened(preset: str = "v1", **changes: object) -> VendingWorld:
    """A world whose storage holds goods, as if they had been delivered."""
    world = build("vending", configure("vending", preset, **changes), 3)
    assert isinstance(world, VendingWorld)
    world.state["a"].storage = {
        "coke-can": [Lot(90, 80, 300)],
        "snickers": [Lot(50, 60, 300)],
        "doritos-nacho": [Lot(40, 70, 300)],
    }
    return world


def call(world: VendingWorld, tool: str, **arguments: str | float) -> Step:
    step = world.act("a", Action(tool, dict(arguments)))
    if not step.parked:
        seen = step.observation
        assert read(tool, seen.text) == seen.data
    return step


def run(world: VendingWorld, task: str) -> Step:
    return call(world, "run_sub_agent", task=task)


def rows(step: Step, key: str) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", step.observation.data[key])


def texts(step: Step, key: str) -> list[str]:
    return [row["text"] for row in rows(step, key)]


# The tool set -------------------------------------------------------------------------


def test_the_edition_has_its_own_tools_and_no_physical_ones() -> None:
    tools = opened().tools("a")
    assert {"read_scratchpad", "set_value", "search_vector_store"} <= tools.keys()
    assert {"sub_agent_specs", "run_sub_agent", "chat_with_sub_agent"} <= tools.keys()
    assert not {"add_product_to_slot", "collect_cash", "write_note"} & tools.keys()
    assert "sleep_until_tomorrow" not in tools


@pytest.mark.parametrize("tool", sorted(opened().tools("a")))
def test_every_tool_refuses_arguments_it_does_not_know(tool: str) -> None:
    step = call(opened(), tool, nonsense="1")
    assert "has no argument 'nonsense'" in step.observation.text
    assert step.observation.minutes == 5


@pytest.mark.parametrize(
    ("preset", "name", "other"),
    [
        ("v1", "wait_for_next_day", "sleep_until_tomorrow"),
        ("v2", "sleep_until_tomorrow", "wait_for_next_day"),
    ],
)
def test_the_day_ends_by_the_name_of_the_edition(
    preset: str, name: str, other: str
) -> None:
    world = opened(preset)
    refused = call(world, other)
    assert not refused.parked
    assert "there is no tool" in refused.observation.text
    assert call(world, name).parked
    morning = world.night({})["a"].observation
    assert read(name, morning.text) == morning.data


def test_the_refusal_of_a_late_call_names_the_right_way_to_bed() -> None:
    world = opened()
    world.state["a"].time = world.config.day.ends
    assert "or call wait_for_next_day" in run(world, "collect").observation.text


def test_the_brief_speaks_of_the_assistant_where_there_is_one() -> None:
    first, second = opened().brief("a"), opened("v2").brief("a")
    assert "an assistant stocks it" in first
    assert "net worth" in first
    assert "in cash and goods at the end" in first
    assert "assistant" not in second
    assert "in your account at the end" in second
    assert "{{" not in first + second


def test_the_score_is_net_worth() -> None:
    world = opened()
    goods = 90 * 80 + 50 * 60 + 40 * 70
    assert world.outcome()["a"].score == (50_000 + goods) / 100


# Memory -------------------------------------------------------------------------------


def test_the_scratchpad_is_written_extended_read_and_deleted() -> None:
    world = opened()
    call(world, "write_scratchpad", text="one")
    assert call(world, "append_scratchpad", text="two\nthree").observation.data == {
        "characters": 13,
        "now": "2026-08-10 07:10",
    }
    assert call(world, "read_scratchpad").observation.data["text"] == "one\ntwo\nthree"
    call(world, "write_scratchpad", text="four")
    assert call(world, "delete_scratchpad").observation.data["characters"] == 4
    assert call(world, "read_scratchpad").observation.data["text"] == ""


def test_keys_are_set_replaced_listed_and_deleted() -> None:
    world = opened()
    call(world, "set_value", key=" best  supplier ", value="a\nb")
    call(world, "set_value", key="second", value="x")
    call(world, "set_value", key="best supplier", value="c\n\nd")
    assert call(world, "get_value", key="best supplier").observation.data["value"] == (
        "c\n\nd"
    )
    listed = call(world, "list_keys").observation.data
    assert listed["keys"] == [{"key": "best supplier"}, {"key": "second"}]
    call(world, "delete_value", key="second")
    assert call(world, "list_keys").observation.data["total"] == 1


def test_passages_are_found_by_what_they_say() -> None:
    world = opened()
    call(world, "add_to_vector_store", text="Bayside sells Coke cans at $0.80")
    call(world, "add_to_vector_store", text="Rain keeps customers away")
    call(world, "add_to_vector_store", text="Pier wholesale has no coke, only Pepsi")
    hits = call(world, "search_vector_store", query="who sells coke?")
    assert [hit["id"] for hit in rows(hits, "hits")] == [1, 3]
    call(world, "delete_from_vector_store", id=1)
    again = call(world, "add_to_vector_store", text="Coke again")
    assert again.observation.data["id"] == 4
    hits = call(world, "search_vector_store", query="coke", n=1)
    assert [hit["id"] for hit in rows(hits, "hits")] == [4]
    none = call(world, "search_vector_store", query="unheard-of").observation
    assert "Nothing found." in none.text


def test_ties_keep_the_order_of_adding_and_scores_are_cosines() -> None:
    assert [at for at, _ in rank("coke", ["coke b", "coke a", "x"])] == [0, 1]
    assert rank("coke", ["coke", "coke"]) == [(0, 1.0), (1, 1.0)]
    assert rank("red bull", ["red bull", "x"]) == [(0, 1.0)]
    (_, half), *_ = rank("a", ["a b"])
    assert math.isclose(half, math.sqrt(0.5), rel_tol=1e-6)
    assert rank("coke", []) == []


@pytest.mark.parametrize(
    ("tool", "arguments", "problem"),
    [
        ("write_scratchpad", {}, "needs the argument 'text'"),
        ("write_scratchpad", {"text": 5}, "is not text"),
        ("write_scratchpad", {"text": "x" * 20_001}, "the most is 20000"),
        ("append_scratchpad", {"text": "x" * 8_001}, "the most is 8000"),
        ("delete_scratchpad", {}, "empty already"),
        ("set_value", {"key": " \n", "value": "x"}, "a key needs a name"),
        ("set_value", {"key": "k" * 101, "value": "x"}, "the most is 100"),
        ("get_value", {"key": "nowhere"}, "no key 'nowhere'; your keys: none"),
        ("delete_value", {"key": "nowhere"}, "no key 'nowhere'"),
        ("add_to_vector_store", {"text": "?!"}, "at least one word"),
        ("add_to_vector_store", {"text": "x" * 2_001}, "the most is 2000"),
        ("search_vector_store", {"query": "x", "n": 0}, "allowed: 1 to 20"),
        ("delete_from_vector_store", {"id": 7}, "no entry #7; your entries: none"),
        ("run_sub_agent", {}, "needs the argument 'task'"),
        ("run_sub_agent", {"task": "x" * 8_001}, "the most is 8000"),
        ("run_sub_agent", {"task": ""}, "your assistant asks: I found nothing"),
        ("run_sub_agent", {"task": "Stock 5 Zorgon Fizz"}, "Which product"),
        ("chat_with_sub_agent", {"question": 1}, "is not text"),
        ("sub_agent_specs", {"x": 1}, "has no argument 'x'"),
        ("wait_for_next_day", {"x": 1}, "has no argument 'x'"),
        ("list_keys", {"x": 1}, "its arguments are: none"),
        ("read_scratchpad", {"x": 1}, "its arguments are: none"),
    ],
)
def test_a_bad_call_names_the_problem_and_changes_nothing(
    tool: str, arguments: dict[str, str | float], problem: str
) -> None:
    world, twin = opened(), opened()
    step = call(world, tool, **arguments)
    assert problem in step.observation.text
    assert step.observation.minutes == 5
    before, after = twin.state["a"], world.state["a"]
    assert after.time == before.time + 5
    assert (after.slots, after.storage, after.balance) == (
        before.slots,
        before.storage,
        before.balance,
    )
    assert not any(after.scratch.values())


def test_stores_that_are_full_refuse_more_and_keep_what_they_have() -> None:
    world = opened()
    scratch = world.state["a"].scratch
    call(world, "write_scratchpad", text="x" * 19_999)
    refused = call(world, "append_scratchpad", text="yy").observation.text
    assert "would have 20002 characters and holds 20000" in refused
    assert scratch["scratchpad"] == "x" * 19_999
    scratch["key_values"] = {str(number): "" for number in range(KEYS)}
    refused = call(world, "set_value", key="new", value="").observation.text
    assert f"there are {KEYS} keys" in refused
    assert "Stored" in call(world, "set_value", key="7", value="x").observation.text
    scratch["vector"] = [(number, "word") for number in range(ENTRIES)]
    refused = call(world, "add_to_vector_store", text="new").observation.text
    assert f"there are {ENTRIES} entries" in refused


def test_a_fork_has_a_memory_of_its_own() -> None:
    world = opened()
    call(world, "set_value", key="k", value="before")
    twin = world.fork(1)
    call(world, "set_value", key="k", value="after")
    assert call(twin, "get_value", key="k").observation.data["value"] == "before"


# The assistant's work -----------------------------------------------------------------

PHYSICAL = (
    ("add_product_to_slot", {"product_name": COKE, "quantity": 20}, (0, 1)),
    ("set_slot_price", {"price": 2.25}, (0, 1)),
    ("add_product_to_slot", {"product_name": "Doritos", "quantity": 16}, (2, 0)),
    ("empty_slot", {}, (2, 0)),
)


def test_the_assistant_does_exactly_what_the_physical_tools_do() -> None:
    told, direct = opened(), opened("v2")
    step = run(
        told,
        "Put 20 Coca-Cola into row 0 slot 1 and price it at $2.25. Put 16 Doritos into"
        " row 2 slot 0. Empty slot 0 in row 2. Collect the cash.",
    )
    events = [event for event in step.events if event.kind != "assistant_trip"]
    seen = []
    for tool, arguments, (row, slot) in PHYSICAL:
        given: dict[str, object] = {"row_index": row, "slot_index": slot, **arguments}
        seen += direct.act("a", Action(tool, given)).events
    seen += direct.act("a", Action("collect_cash")).events
    assert events == seen
    one, two = told.state["a"], direct.state["a"]
    assert (one.slots, one.storage) == (two.slots, two.storage)
    assert texts(step, "not_done") == texts(step, "questions") == []
    assert step.observation.minutes == 45 + 10 + 45 + 45 + 60


def test_what_is_impossible_is_reported_with_the_reason() -> None:
    world = opened()
    step = run(
        world,
        """
        - Put 5 Sprite into row 0 slot 0
        - Put 10 Coke into row 2 slot 0
        - Put 50 Coke into row 0 slot 0
        - Put 10 Coke into row 4 slot 0
        - Fill row 0 slot 0 with Pepsi
        - Set the price of row 1 slot 1 to $2
        - Empty row 1 slot 1
        - Price Twix at $2
        - Refill row 1
        - Stock 20 Blorb
        """,
    )
    reasons = "\n".join(texts(step, "not_done"))
    for reason in (
        "storage holds 0 x Sprite 12oz can, not 5",
        "this slot takes large goods",
        "the slot has room for 40 more, not 50",
        "allowed: 0 to 3",
        "there is none in storage",
        "the slot has no product yet",
        "the slot is empty already",
        "price Twix 1.79oz bar: no slot holds any",
        "refill row 1: no slot there holds goods",
    ):
        assert reason in reasons
    assert texts(step, "done") == []
    assert 'Which product do you mean in "Stock 20 Blorb"' in step.observation.text
    assert step.observation.minutes == SHORTEST_TRIP
    assert all(not slot.units for slot in world.state["a"].slots)
    assert world.state["a"].counts["phantom_stock"] == 2


def test_what_is_left_open_is_chosen_sensibly() -> None:
    world = opened()
    run(world, "Stock 60 Coke and stock the Snickers. Set all drinks to $2.30.")
    slots = world.state["a"].slots
    assert [(slot.product, slot.units) for slot in slots[:4]] == [
        ("coke-can", 40),
        ("coke-can", 20),
        ("snickers", 40),
        ("", 0),
    ]
    assert [slot.price for slot in slots[:3]] == [230, 230, None]
    step = run(world, "Restock everything, then empty all snacks.")
    assert texts(step, "not_done") == []
    assert [slot.units for slot in slots[:3]] == [40, 40, 0]
    step = run(world, "Stock 500 Coke")
    assert "have room for 160" in texts(step, "not_done")[0]


def test_a_trip_has_a_shortest_and_a_longest_time() -> None:
    world = opened()
    assert run(world, "look at the machine").observation.minutes == SHORTEST_TRIP
    places = [f"{number} Coke in row 0 slot {number % 3}" for number in range(1, 10)]
    step = run(world, "Put " + ", ".join(places))
    assert step.observation.minutes == LONGEST_TRIP
    assert len(texts(step, "done")) == 9


def test_a_trip_ends_after_ten_steps() -> None:
    world = opened()
    step = run(world, "\n".join(f"- Put {n} Coke in row 0 slot 0" for n in [1] * 12))
    assert len(texts(step, "done")) == 10
    assert all("at most 10 jobs" in text for text in texts(step, "not_done"))
    assert world.state["a"].slots[0].units == 10


@pytest.mark.parametrize(
    ("left", "done", "minutes"), [(74, 0, 5), (75, 1, 75), (95, 2, 90), (200, 3, 150)]
)
def test_the_day_ends_the_work(left: int, done: int, minutes: int) -> None:
    world = opened()
    world.state["a"].time = world.config.day.ends - left
    step = run(world, "Put 2 Coke in (0,0), 2 Snickers in (0,1) and collect the cash.")
    assert step.observation.minutes == minutes
    assert world.state["a"].time % DAY <= world.config.day.ends
    if done:
        assert len(texts(step, "done")) == done
        assert len(texts(step, "not_done")) == 3 - done
        assert all("no time is left" in text for text in texts(step, "not_done"))
    else:
        assert "takes 75 minutes and only 74 are left" in step.observation.text


def test_goods_that_arrive_are_not_there_before_they_arrive() -> None:
    world = opened()
    world.state["a"].storage = {}
    step = run(world, "Put 2 Coke in row 0 slot 0")
    assert "storage holds 0" in texts(step, "not_done")[0]


def test_the_assistant_tells_what_was_done_and_seen() -> None:
    world = opened()
    first = call(world, "chat_with_sub_agent", question="What did you do?").observation
    assert "I have not been to the machine yet." in first.text
    step = run(world, "Put 20 Coke in row 0 slot 0 at $2.25 and 5 Twix in row 0 slot 1")
    left = str(step.observation.data["now"])
    work = call(world, "chat_with_sub_agent", question="What did you do?").observation
    assert work.data["done"] == step.observation.data["done"]
    assert work.data["not_done"] == step.observation.data["not_done"]
    assert work.data["slots"] == []
    assert left in work.text
    question = "How many units are in the machine?"
    seen = call(world, "chat_with_sub_agent", question=question)
    assert [slot["units"] for slot in rows(seen, "slots")] == [20, *[0] * 11]
    assert seen.observation.minutes == 25


def test_the_specifications_list_every_job() -> None:
    seen = call(opened(), "sub_agent_specs")
    assert [skill["name"] for skill in rows(seen, "skills")] == [
        "add_product_to_slot",
        "set_slot_price",
        "empty_slot",
        "collect_cash",
        "get_machine_inventory",
    ]


# How well instructions are read -------------------------------------------------------


def exact(specimen: Specimen) -> bool:
    found = read_errands(specimen.text)
    return found.jobs == specimen.jobs and bool(found.questions) == specimen.unclear


def unasked(specimen: Specimen) -> bool:
    """Whether work was read that nobody asked for."""
    found = read_errands(specimen.text)
    return any(job not in specimen.jobs for job in found.jobs if not harmless(job))


def harmless(job: Errand) -> bool:
    return isinstance(job, Look)


@pytest.mark.parametrize(
    ("name", "least", "most_unasked"), [("development", 76, 2), ("held_out", 25, 2)]
)
def test_labelled_instructions_are_read_as_measured(
    name: str, least: int, most_unasked: int
) -> None:
    specimens = corpus(name)
    read_right = [one.id for one in specimens if exact(one)]
    assert len(read_right) >= least, sorted({one.id for one in specimens})
    assert sum(map(unasked, specimens)) <= most_unasked


def test_the_corpora_do_not_overlap_and_cover_every_kind() -> None:
    development, held_out = corpus("development"), corpus("held_out")
    assert len(development) >= 40
    assert len(held_out) >= 30
    assert not {one.text for one in development} & {one.text for one in held_out}
    kinds = {type(job) for one in (*development, *held_out) for job in one.jobs}
    assert len(kinds) == 5


def test_what_a_sentence_only_mentions_is_not_done() -> None:
    for text in (
        "We have 40 Coke in storage and 20 Sprite in row 0 slot 1.",
        "Yesterday you stocked 20 Coke in row 0 slot 0.",
        "Don't collect the cash and do not empty row 0 slot 0.",
        "If there are fewer than 5 Coke, refill them and collect the cash.",
    ):
        assert read_errands(text).jobs == (), text


def test_verbs_share_what_they_have_in_common() -> None:
    found = read_errands("Stock 10 Coke in row 0 slot 0 at $2 and collect the cash")
    assert found.jobs == (
        Stock(product="coke-can", units=10, row=0, slot=0),
        Price(price=200, row=0, slot=0),
        Collect(),
    )


WORDS = st.sampled_from(
    [
        "put",
        "stock",
        "20",
        "Coke",
        "Sprite",
        "row",
        "slot",
        "0",
        "1",
        "-1",
        "99999999999",
        "and",
        ",",
        ".",
        ";",
        ":",
        "(",
        ")",
        "|",
        "$2.25",
        "2.5",
        "$",
        "price",
        "it",
        "them",
        "at",
        "to",
        "set",
        "all drinks",
        "empty",
        "collect",
        "cash",
        "if",
        "not",
        "don't",
        "replace",
        "with",
        "move",
        "from storage",
        "half",
        "each",
        "slots",
        "0-2",
        "first",
        "[0][1]",
        "\n",
        "\n- ",
        "\x00",
        "é",
        "🥤",
        "{",
        "}",
        "?",
        "%",
    ]
)


@given(st.lists(WORDS, max_size=60).map(" ".join))
def test_no_instruction_breaks_the_reader_or_the_world(text: str) -> None:
    world = opened()
    step = run(world, text)
    assert 0 <= step.observation.minutes <= LONGEST_TRIP
    seat = world.state["a"]
    held = sum(lot.units for lots in seat.storage.values() for lot in lots)
    assert held + sum(slot.units for slot in seat.slots) == 180
    assert seat.balance == 50_000


# A whole episode ----------------------------------------------------------------------


def first_edition_days(episode: Episode, days: int) -> None:
    """Buy from the seed's first friendly supplier, stock, sell, remember."""
    world = episode.world
    assert isinstance(world, VendingWorld)
    supplier = next(
        one
        for one in world.supply.market.by_key.values()
        if one.kind == "friendly" and "red-bull" in one.terms and not one.closing
    )

    def do(tool: str, **arguments: str | float) -> Step:
        return episode.act("a", Action(tool, dict(arguments)))

    for day in range(days):
        do("write_scratchpad", text=f"day {day}")
        do("set_value", key=f"day {day}", value="busy")
        do("add_to_vector_store", text=f"on day {day} it was {day * 7 % 5} degrees")
        do("search_vector_store", query="degrees on day 3")
        if day == 0:
            body = "Please send us 48 Red Bull."
            do("send_email", to=supplier.address, subject="Order", body=body)
        if day == 1:
            mail = str(do("read_email", id=2).observation.data["body"])
            amount, number = due(mail)
            do(
                "make_email_payment",
                amount=amount,
                description=number,
                to_email=supplier.address,
            )
        do("run_sub_agent", task="Stock the Red Bull, price it at $3.20, collect cash.")
        do("chat_with_sub_agent", question="what is in the machine?")
        do("wait_for_next_day")
        episode.night()
    episode.finish()


def due(mail: str) -> tuple[str, str]:
    """Total and number of the pro-forma in a mail."""
    words = mail.replace("\n", " ").split()
    number = next(word.strip(".,:;()") for word in words if "PF-" in word)
    amounts = [word.strip(".,:;()") for word in words if word.startswith("$")]
    return max(amounts, key=lambda one: float(one.strip("$").replace(",", ""))), number


def test_an_episode_replays_bit_for_bit(tmp_path: Path) -> None:
    config = configure("vending", "v1", days=12)
    header = describe("vending", config, 5, {"a": "someone"})
    episode = Episode.start(header, tmp_path / "tape")
    first_edition_days(episode, 12)
    assert episode.world.outcome()["a"].counts["units"] > 0
    again = replay(read_tape(tmp_path / "tape"))
    assert again.digest() == episode.world.digest()
    assert again.outcome() == episode.world.outcome()
