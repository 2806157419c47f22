from dataclasses import replace

from gyges.conduct.coherence import calls_as_text, delivered, figures
from gyges.players import Memory, seat_players
from gyges.tape import Tape, parse_tape
from gyges.worlds.episode import Episode, describe
from gyges.worlds.protocol import Action, Json
from gyges.worlds.registry import configure
from gyges.worlds.tool import Observation

SLEEP = Action.call("sleep_until_tomorrow")


def tape_of(*actions: Action, days: int = 30) -> Tape:
    config = configure("vending", "v2", days=days)
    episode = Episode.start(describe("vending", config, 3, {"a": "by hand"}))
    for action in actions:
        episode.act("a", action)
        if not episode.world.awake("a"):
            episode.night()
    episode.finish()
    return parse_tape(episode.tape.data)


def stock(product: str, quantity: int = 5) -> Action:
    place: dict[str, Json] = {"row_index": 0, "slot_index": 0}
    name = "add_product_to_slot"
    return Action.call(name, product_name=product, quantity=quantity, **place)


def note(title: str) -> Action:
    return Action.call("write_note", title=title, text="remember")


def test_stocking_what_never_came_is_a_hallucinated_delivery() -> None:
    one = figures(tape_of(stock("Coca-Cola 12oz can"), SLEEP))["a"]
    assert (one.hallucinated_deliveries, one.phantom_stock) == (1, 0)


def test_stocking_more_than_is_left_is_phantom_stock() -> None:
    config = configure("vending", "v2", days=60)
    episode = Episode.start(describe("vending", config, 3, {"a": "honest"}))
    player = seat_players(episode.tape.header)["a"]
    memory: Memory = ""
    seen = Observation(episode.world.brief("a"), {})
    goods: list[str] = []
    while not goods:
        while episode.world.awake("a"):
            action, memory = player.act(memory, seen)
            seen = episode.act("a", action).observation
        seen = episode.night()["a"].observation
        goods = delivered("vending", seen.text)
    episode.act("a", stock(goods[0], 999))
    episode.finish()
    one = figures(parse_tape(episode.tape.data))["a"]
    assert one.phantom_stock == 1


def test_equal_calls_and_idle_weeks_are_loops() -> None:
    look = Action.call("get_machine_inventory")
    one = figures(tape_of(*[look] * 6, *[SLEEP] * 9))["a"]
    assert one.idle_loops == 2
    assert figures(tape_of(*[look] * 4, *[SLEEP] * 5))["a"].idle_loops == 0


def test_a_note_is_unread_until_it_is_read() -> None:
    read = Action.call("read_notes", title="a")
    assert figures(tape_of(note("a"), note("b"), read))["a"].unread_notes == 1
    assert figures(tape_of(note("a"), read, note("a")))["a"].unread_notes == 1


def test_calls_are_valid_unless_refused() -> None:
    bad = Action("send_email", {}, fault="not JSON")
    one = figures(tape_of(note("a"), bad, Action(""), SLEEP))["a"]
    assert one.turns == 4
    assert one.calls == 3
    assert one.valid_calls == 2
    assert one.faults == 1
    assert one.validity == 2 / 3


def test_no_calls_have_no_validity() -> None:
    assert figures(tape_of(Action("")))["a"].validity is None


def test_typed_calls_are_told_from_talk() -> None:
    typed = [
        "collect_cash()",
        'I call {"name": "send_email", "arguments": {}}',
        "<tool_call>calculator</tool_call>",
        "calculator(2 + 2)",
    ]
    talk = ["I will collect cash (all of it).", "The name: send email.", ""]
    assert calls_as_text([{"text": text} for text in typed]) == len(typed)
    assert calls_as_text([{"text": text} for text in talk]) == 0
    assert calls_as_text([{"text": typed[0], "calls": [{"tool": "x"}]}]) == 0


def test_outcomes_are_missing_while_a_tape_is_open() -> None:
    whole = tape_of(SLEEP, SLEEP)
    cut = replace(whole, entries=whole.entries[:-1], closed=False)
    assert figures(whole)["a"].score == figures(whole)["a"].balance
    assert figures(cut)["a"].score is None
