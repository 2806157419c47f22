"""A local server that speaks the chat completions protocol: a scripted player in it.

For trying the whole client path without a model and without a key: Inspect's own client
sends real requests over HTTP. It keeps nothing: a player's memory rides in its last
message. Faults can be scheduled by the number of the request, so that a trial of
retries and repairs repeats exactly.

    with ScriptedServer(setting, faults={3: "429"}) as server:
        os.environ["LOCAL_BASE_URL"] = server.url
        os.environ["LOCAL_API_KEY"] = "none"
        eval("gyges/vending", model="openai-api/local/honest")
"""

import socket
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Lock, Thread
from types import TracebackType
from typing import Literal, Self, TypeAlias

import msgspec

from gyges.errors import GygesError
from gyges.evals.puppet import Cast, Heard, Turn
from gyges.evals.window import tokens_in
from gyges.players import Setting

__all__ = ["Fault", "ScriptedServer"]

Fault: TypeAlias = Literal["429", "500", "cut", "bad_json", "two_calls", "no_call"]
"""429 and 500: the request fails and may be repeated; cut: the connection breaks off in
the middle of the answer; bad_json: the arguments of the call are cut short; two_calls:
the call is made twice; no_call: the call is written as text."""

FAILURES = {"429": 429, "500": 500}
"""Status of the faults that are one."""
RETRY_AFTER = "0.05"
"""Seconds after which a refused client may come again."""


class Function(msgspec.Struct):
    """A call, as the protocol has it."""

    name: str
    arguments: str


class ToolCall(msgspec.Struct):
    """A call with its name."""

    id: str
    function: Function
    type: str = "function"


class Part(msgspec.Struct):
    """A piece of content."""

    text: str = ""


class Message(msgspec.Struct):
    """A message of a request."""

    role: str
    content: str | list[Part] | None = None
    tool_calls: list[ToolCall] | None = None

    @property
    def text(self) -> str:
        """Its content as text."""
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content or ""


class Request(msgspec.Struct):
    """A request, as far as it is read."""

    model: str
    messages: list[Message]


class ScriptedServer:
    """Serves one seat's scripted players on 127.0.0.1, each under its name."""

    def __init__(
        self,
        setting: Setting,
        faults: Mapping[int, Fault] | None = None,
        port: int = 0,
    ) -> None:
        """Open the port; serving begins with `start`.

        Args:
            setting: the world, configuration, seed and seat that players are made for.
            faults: by number of the request, from 1.
            port: 0 for any that is free.
        """
        self.cast = Cast(setting)
        self.faults: Mapping[int, Fault] = faults or {}
        self.served: list[str] = []
        """What became of each request: "ok" or its fault."""
        self._numbers = count(1)
        self._lock = Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                server.handle(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = True
        self._thread = Thread(target=self._http.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Base address for clients."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def start(self) -> Self:
        """Serve in the background."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and close the port."""
        self._http.shutdown()
        self._http.server_close()

    def wait(self) -> None:
        """Serve until stopped."""
        self._thread.join()

    def __enter__(self) -> Self:
        """Serve while in the block."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def handle(self, http: BaseHTTPRequestHandler) -> None:
        """Answer one request, or fail it as scheduled."""
        body = http.rfile.read(int(http.headers.get("Content-Length", 0)))
        with self._lock:
            number = next(self._numbers)
            name = f"request-{number}"
            fault = self.faults.get(number)
            self.served.append(fault or "ok")
        if status := FAILURES.get(fault or "ok"):
            send(http, status, problem(f"scheduled {fault}"), name)
            return
        try:
            request = msgspec.json.decode(body, type=Request)
            answer = self._answer(request, fault)
        except (msgspec.MsgspecError, GygesError) as error:
            send(http, 400, problem(str(error)), name)
            return
        if fault == "cut":
            cut_short(http, answer)
        else:
            send(http, 200, answer, name)

    def _answer(self, request: Request, fault: Fault | None) -> bytes:
        turn = self.cast.answer(request.model, listen(request.messages))
        calls = calls_of(turn, len(request.messages), fault)
        text = turn.text
        if fault == "no_call":
            text = f"{text}\n{turn.action.tool}()"
        read = sum(tokens_in(message.text) for message in request.messages)
        message: dict[str, object] = {"role": "assistant", "content": text}
        if calls:
            message["tool_calls"] = calls
        choice = {
            "index": 0,
            "message": message,
            "finish_reason": "tool_calls" if calls else "stop",
        }
        usage = {
            "prompt_tokens": read,
            "completion_tokens": turn.tokens,
            "total_tokens": read + turn.tokens,
        }
        return msgspec.json.encode(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": 0,
                "model": request.model,
                "choices": [choice],
                "usage": usage,
            }
        )


def listen(messages: list[Message]) -> Heard:
    """What the last messages say to a player."""
    for at in range(len(messages) - 1, -1, -1):
        message = messages[at]
        if message.role == "assistant":
            calls = message.tool_calls or []
            memory = message.text.split("\n")[0]
            tool = calls[0].function.name if calls else ""
            return Heard(memory, tool, messages[at + 1].text)
    return Heard("", "", messages[0].text)


def calls_of(turn: Turn, number: int, fault: Fault | None) -> list[ToolCall]:
    """The calls of an answer, spoilt as scheduled."""
    if not turn.action.tool or fault == "no_call":
        return []
    arguments = msgspec.json.encode(turn.action.arguments).decode()
    if fault == "bad_json":
        arguments = arguments[: max(1, len(arguments) // 2)]
    call = ToolCall(f"call-{number}", Function(turn.action.tool, arguments))
    if fault != "two_calls":
        return [call]
    return [call, msgspec.structs.replace(call, id=f"call-{number}b")]


def problem(text: str) -> bytes:
    """The body of a refusal."""
    return msgspec.json.encode({"error": {"message": text, "type": "server_error"}})


def send(http: BaseHTTPRequestHandler, status: int, body: bytes, name: str) -> None:
    """Send a whole answer."""
    http.send_response(status)
    http.send_header("Content-Type", "application/json")
    http.send_header("Content-Length", str(len(body)))
    http.send_header("x-request-id", name)
    if status in FAILURES.values():
        http.send_header("Retry-After", RETRY_AFTER)
        http.send_header("x-should-retry", "true")
    http.end_headers()
    http.wfile.write(body)


def cut_short(http: BaseHTTPRequestHandler, body: bytes) -> None:
    """Break off in the middle."""
    http.send_response(200)
    http.send_header("Content-Type", "application/json")
    http.send_header("Content-Length", str(len(body)))
    http.end_headers()
    http.wfile.write(body[: len(body) // 2])
    http.wfile.flush()
    http.connection.shutdown(socket.SHUT_RDWR)
    http.close_connection = True
