"""What models are asked to answer in: JSON of a given form."""

from collections.abc import Mapping, Sequence
from typing import TypeVar, cast

import msgspec
from inspect_ai.util import JSONSchema

__all__ = ["bare", "decoded", "schema_of"]

T = TypeVar("T")


def decoded(text: str | msgspec.Raw, form: type[T]) -> T:
    """JSON as a record.

    Raises:
        ValueError: it is no JSON, or not of that form, or nested beyond all measure.
    """
    try:
        return msgspec.json.decode(text, type=form)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ValueError(str(error)[:300]) from error


def bare(text: str) -> str:
    """JSON without the fence that models like to put around it."""
    if not text.startswith("```"):
        return text
    return text.strip("`").removeprefix("json").strip()


def schema_of(form: type) -> JSONSchema:
    """The JSON schema of a record, without references, as Inspect passes it on."""
    (schema,), parts = msgspec.json.schema_components([form])
    return JSONSchema.model_validate(inline(schema, parts))


def inline(schema: object, parts: Mapping[str, object]) -> object:
    """Put every referenced part in its place; reduce to what providers understand."""
    if isinstance(schema, Sequence) and not isinstance(schema, str):
        return [inline(item, parts) for item in cast("Sequence[object]", schema)]
    if not isinstance(schema, Mapping):
        return schema
    node = cast("Mapping[str, object]", schema)
    if "$ref" in node:
        return inline(parts[str(node["$ref"]).rpartition("/")[2]], parts)
    return {key: inline(value, parts) for key, value in node.items()}
