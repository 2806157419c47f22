"""The text of what the first edition's own tools show: memory and the assistant."""

from collections.abc import Mapping

from gyges.worlds.form import Form, Line, Rest, Rows
from gyges.worlds.vending.blocks import NOW, SLOTS

__all__ = ["MEMORY_FORMS"]

REPORT = (
    Rows("done", "Done: {text}"),
    Rows("not_done", "Not done: {text}"),
    Rows("questions", "Question: {text}"),
)

MEMORY_FORMS: Mapping[str, Form] = {
    "read_scratchpad": Form(
        Line("Scratchpad: {characters:int} characters."), NOW, Rest("text")
    ),
    "write_scratchpad": Form(
        Line("Scratchpad written: {characters:int} characters."), NOW
    ),
    "append_scratchpad": Form(
        Line("Added to the scratchpad: {characters:int} characters in all."), NOW
    ),
    "delete_scratchpad": Form(
        Line("Scratchpad deleted: {characters:int} characters."), NOW
    ),
    "set_value": Form(Line("Stored under the key: {key}"), NOW),
    "get_value": Form(Line("Key: {key}"), NOW, Rest("value")),
    "delete_value": Form(Line("Deleted the key: {key}"), NOW),
    "list_keys": Form(Line("Keys: {total:int}."), Rows("keys", "- {key}"), NOW),
    "add_to_vector_store": Form(
        Line("Stored as #{id:int}; entries: {total:int}."), NOW
    ),
    "search_vector_store": Form(
        Line("Search: {query}"),
        Rows("hits", "#{id:int} ({score:word}) {text}", empty="Nothing found."),
        NOW,
    ),
    "delete_from_vector_store": Form(
        Line("Deleted #{id:int}; entries: {total:int}."), NOW
    ),
    "sub_agent_specs": Form(
        Line("Your assistant does the work at the machine. The jobs there are:"),
        Rows("skills", "- {name:word} ({minutes:int} minutes): {text}"),
        Line("{rules}"),
        NOW,
    ),
    "run_sub_agent": Form(
        Line("Your assistant was at work for {minutes:int} minutes."),
        *REPORT,
        SLOTS,
        NOW,
    ),
    "chat_with_sub_agent": Form(Line("Your assistant: {answer}"), *REPORT, SLOTS, NOW),
}
"""Forms by tool name."""
