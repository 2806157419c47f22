"""What errors say, wherever they were raised."""

import pickle

from gyges.errors import UnknownNameError

__all__: list[str] = []


def test_an_unknown_name_is_told_by_a_worker_process_too() -> None:
    raised = UnknownNameError("player", "nobody", ["naive", "honest"])
    received = pickle.loads(pickle.dumps(raised))  # noqa: S301 - our own bytes
    assert isinstance(received, UnknownNameError)
    assert str(received) == str(raised)
    assert str(raised) == "unknown player 'nobody'; use one of: honest, naive"
