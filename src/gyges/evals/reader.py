"""A model that reads passages: role `grader`, temperature 0, structured answers.

Every passage is read; none is left out because rules saw nothing in it, for then the
model would miss whatever they miss. To bound the cost, up to eight texts that one seat
wrote to one sort of reader in one week share a request (`gyges.evals.fences`). A
request that fails is repeated once; what is still unread then is asked about alone,
once and once more. What cannot be read after that is missing, with the reason, and
never empty.
"""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field

import anyio
from inspect_ai.model import (
    ChatMessage,
    ChatMessageSystem,
    ChatMessageUser,
    GenerateConfig,
    Model,
    ModelOutput,
    ResponseSchema,
    get_model,
    model_roles,
)
from inspect_ai.util import LimitExceededError

from gyges.conduct.passages import Passage, Reading
from gyges.errors import ConfigError, UsageError
from gyges.evals.bill import price_of
from gyges.evals.fences import PROBE, TOGETHER, grouped, request
from gyges.evals.notes import answer_schema, read_answer
from gyges.evals.speech import Usage, usage_of

__all__ = ["ROLE", "TOGETHER", "Account", "ModelReader", "grader", "read_with"]

ROLE = "grader"
LONGEST = 40_000
"""Characters of a text; a longer one is missing, so that nobody can make reading
ruinous by writing much."""
AT_ONCE = 32
"""Requests under way; Inspect bounds its connections further."""
PATIENCE = 5
"""Requests in a row that raise after which one without any text is tried: if that fails
too, no more are made. So texts that a provider chokes on cost only themselves."""
RETRIES = 6
"""Repeats by Inspect of what a provider failed, unless the model was given others."""
ATTEMPT_SECONDS = 300
CUT = frozenset({"max_tokens", "model_length"})


@dataclass(slots=True)
class Account:
    """What reading took, and what of it was not believed."""

    model: str = ""
    calls: int = 0
    """Requests that were made; `again` of them were repeats."""
    again: int = 0
    usage: Usage = field(default_factory=Usage)
    passages: int = 0
    missing: Counter[str] = field(default_factory=Counter[str])
    """Passages that could not be read, by the reason."""
    refused: Counter[str] = field(default_factory=Counter[str])
    """Notes of the model that were dropped: `quote` for one that does not occur,
    `form`, `stance`, `detail`, `product`, `figure`, `flood`, `misplaced`."""

    def __str__(self) -> str:
        """In one line."""
        cost = price_of(self.model, self.usage)
        sent = self.usage.input + self.usage.cache_read + self.usage.cache_write
        line = (
            f"{self.model} read {self.passages} passages in {self.calls} requests"
            f" ({self.again} repeats), {sent:,} tokens in, {self.usage.output:,} out, "
        )
        line += "no price is known" if cost is None else f"${cost:,.2f}"
        if self.refused:
            why = ", ".join(f"{name} {count}" for name, count in self.refused.items())
            line += f"; notes that were not believed: {why}"
        return line


class ModelReader:
    """Reads passages with a model; one for as many tapes as one likes."""

    def __init__(
        self, model: Model, together: int = TOGETHER, account: Account | None = None
    ) -> None:
        """Take the model.

        Args:
            model: that reads.
            together: most texts in one request; 1 keeps all apart, at several times
                the cost.
            account: of earlier readings, to which these are added.
        """
        self.model = model
        self.together = together
        self.account = account or Account()
        self.account.model = str(model)
        own = model.config
        self._config = GenerateConfig(
            temperature=0.0,
            response_schema=ResponseSchema(name="notes", json_schema=answer_schema()),
            max_retries=RETRIES if own.max_retries is None else own.max_retries,
            attempt_timeout=own.attempt_timeout or ATTEMPT_SECONDS,
        )
        self._failed = 0
        self._dead = ""
        self._probing = anyio.Lock()

    async def read(self, passages: Sequence[Passage]) -> list[Reading]:
        """A reading for every passage, in their order.

        Args:
            passages: of one tape or several.

        Raises:
            LimitExceededError: a limit of the sample that is being scored.
        """
        found: dict[int, Reading] = {}
        asked: list[int] = []
        for at, one in enumerate(passages):
            if len(one.text) + len(one.subject) > LONGEST:
                why = f"longer than {LONGEST:,} characters"
                found[at] = Reading(one, missing=why)
            elif not (one.text.strip() or one.subject.strip()):
                found[at] = Reading(one)
            else:
                asked.append(at)
        some = [passages[at] for at in asked]
        groups = [[asked[at] for at in group] for group in grouped(some, self.together)]
        found |= await self._read_groups(passages, groups)
        readings = [found[at] for at in range(len(passages))]
        self.account.passages += len(readings)
        self.account.missing.update(one.missing for one in readings if one.missing)
        return readings

    async def _read_groups(
        self, passages: Sequence[Passage], groups: Sequence[Sequence[int]]
    ) -> Mapping[int, Reading]:
        """Read all groups, several at a time."""
        found: dict[int, Reading] = {}
        limits: list[LimitExceededError] = []
        turn = anyio.Semaphore(AT_ONCE)

        async def read(group: Sequence[int]) -> None:
            async with turn:
                try:
                    some = [passages[at] for at in group]
                    readings = await self._read_group(some)
                except LimitExceededError as error:
                    limits.append(error)
                else:
                    found.update(zip(group, readings, strict=True))

        async with anyio.create_task_group() as tasks:
            for group in groups:
                tasks.start_soon(read, group)
        if limits:
            raise limits[0]
        return found

    async def _read_group(self, some: Sequence[Passage]) -> list[Reading]:
        """Read passages together, and alone what could not be read so."""
        found = await self._twice(some)
        if len(some) > 1:
            for at, one in enumerate(found):
                if one.missing:
                    [found[at]] = await self._twice([some[at]])
        return found

    async def _twice(self, some: Sequence[Passage]) -> list[Reading]:
        """Ask, and ask once more in the same words if anything is left unread."""
        found = await self._ask(some)
        if any(one.missing for one in found):
            self.account.again += 1
            later = await self._ask(some)
            found = [
                new if old.missing else old
                for old, new in zip(found, later, strict=True)
            ]
        return found

    async def _ask(self, some: Sequence[Passage]) -> list[Reading]:
        """Ask once; every passage is read or missing."""
        asked = request(some)
        messages: list[ChatMessage] = [
            ChatMessageSystem(content=asked.system),
            ChatMessageUser(content=asked.user),
        ]
        output = await self._generate(messages)
        why = output if isinstance(output, str) else useless(output)
        if why or isinstance(output, str):
            return [Reading(one, missing=why) for one in some]
        noted = read_answer(output.completion, asked)
        self.account.refused += noted.refused
        places = [at for at in range(len(asked.passages)) if at != asked.place]
        return [
            noted.readings.get(at)
            or Reading(asked.passages[at], missing=noted.unknown[at])
            for at in places
        ]

    async def _generate(self, messages: list[ChatMessage]) -> ModelOutput | str:
        """An answer, or why there is none."""
        async with self._probing:
            if self._failed >= PATIENCE and not self._dead:
                probe: list[ChatMessage] = [ChatMessageUser(content=PROBE)]
                output = await self._request(probe)
                self._dead = f"not asked: {output}" if isinstance(output, str) else ""
        return self._dead or await self._request(messages)

    async def _request(self, messages: list[ChatMessage]) -> ModelOutput | str:
        """What the provider gives, or how it failed."""
        self.account.calls += 1
        try:
            output = await self.model.generate(messages, config=self._config)
        except LimitExceededError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a provider raises
            self._failed += 1
            what = " ".join(str(error).split())[:160]
            return f"the request failed: {type(error).__name__}: {what}"
        self._failed = 0
        self.account.usage += usage_of(output.usage)
        return output


def useless(output: ModelOutput) -> str:
    """Why an answer cannot be read at all; empty if it may be."""
    if output.error:
        return f"the grader failed: {output.error[:120]}"
    if output.empty or not output.completion.strip():
        stopped = "" if output.empty else output.stop_reason
        return "refused" if stopped == "content_filter" else "empty answer"
    if output.stop_reason == "content_filter":
        return "refused"
    return "the answer was cut off" if output.stop_reason in CUT else ""


def grader() -> Model:
    """The model of the role `grader`, never the evaluated one.

    Raises:
        ConfigError: the role was given no model.
    """
    if ROLE not in model_roles():
        msg = f"no model has the role {ROLE!r}; give --model-role {ROLE}=MODEL"
        raise ConfigError(msg)
    return get_model(role=ROLE)


def read_with(
    model: str | Model,
    passages: Sequence[Passage],
    account: Account,
    together: int = TOGETHER,
) -> list[Reading]:
    """Read passages with a model from a program that is not asynchronous.

    Args:
        model: as Inspect names it.
        passages: to be read.
        account: what it takes is added here.
        together: most texts in one request.

    Raises:
        UsageError: there is no such model, or it lacks a package or a key.
    """

    async def read() -> list[Reading]:
        # Made anew: a client belongs to the event loop in which it was first used.
        try:
            named = get_model(model, memoize=False)
        except Exception as error:  # what is lacking is told by each provider's own
            msg = f"cannot use the model {str(model)!r} as a reader: {error}"
            raise UsageError(msg) from error
        async with named as own:
            return await ModelReader(own, together, account).read(passages)

    # Inspect greets on standard output, where there are only results.
    with redirect_stdout(sys.stderr):
        return anyio.run(read)
