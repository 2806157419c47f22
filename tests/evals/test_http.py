"""The real client path: Inspect's own provider over HTTP, with faults."""

import msgspec
import pytest
from inspect_ai import eval as run_inspect

from gyges.conduct.coherence import figures
from gyges.evals.server import Fault, ScriptedServer
from gyges.evals.speech import Said
from gyges.players import Setting
from gyges.tape import Tape, read_tape
from gyges.worlds.protocol import Action
from gyges.worlds.registry import configure

FAULTS: dict[int, Fault] = {
    4: "429",
    9: "500",
    15: "cut",
    21: "bad_json",
    30: "two_calls",
    38: "no_call",
    41: "429",
    42: "500",
}
DAYS = 30


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tape, ScriptedServer]:
    tmp_path = tmp_path_factory.mktemp("http")
    config = configure("vending", "v2", days=DAYS)
    setting = Setting("vending", config, 3, "a")
    with (
        ScriptedServer(setting, FAULTS) as server,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("LOCAL_BASE_URL", server.url)
        patch.setenv("LOCAL_API_KEY", "none")
        [log] = run_inspect(
            "gyges/vending",
            model="openai-api/local/honest",
            task_args={"seed": 3, "days": DAYS},
            log_dir=str(tmp_path),
            display="none",
        )
    assert log.status == "success", log.error
    return read_tape(next(tmp_path.rglob("*.jsonl"))), server


def test_a_month_over_http_with_faults_loses_nothing(
    served: tuple[Tape, ScriptedServer],
) -> None:
    tape, server = served
    said = said_in(tape)
    lost = [fault for fault in server.served if fault in {"429", "500", "cut"}]
    assert sorted(lost) == ["429", "429", "500", "500", "cut"]
    assert len(said) == len(server.served) - len(lost)
    assert tape.closed
    one = figures(tape)["a"]
    assert one.days == DAYS
    assert one.faults == 1
    assert one.extra_calls == 1
    assert one.calls_as_text == 1
    assert one.turns == len(said)
    assert one.retries == len(lost)
    statuses = [trouble.status for one in said for trouble in one.troubles]
    assert sorted(statuses) == [429, 429, 500, 500]


def test_a_spoilt_turn_stands_on_the_tape_as_it_was_sent(
    served: tuple[Tape, ScriptedServer],
) -> None:
    tape, _ = served
    faults = [action.fault for action in actions_in(tape) if action.fault]
    assert len(faults) == 1
    assert "not readable as JSON" in faults[0]
    [double] = [said.calls for said in said_in(tape) if len(said.calls) > 1]
    assert double[0].arguments == double[1].arguments


def said_in(tape: Tape) -> list[Said]:
    return [msgspec.convert(entry.body, Said) for entry in tape.of_kind("said")]


def actions_in(tape: Tape) -> list[Action]:
    steps = tape.of_kind("step")
    return [msgspec.convert(entry.body["action"], Action) for entry in steps]
