"""Write a player of your own, and play it: a stand that sells only Coca-Cola.

A player is a pure function of its memory, a short text, and of what it is shown: as
text (`observation.text`, which is what a model reads) or typed (`observation.data`).
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from gyges.players import Memory, play, play_out
from gyges.worlds.episode import Episode, describe
from gyges.worlds.protocol import Action, Observation
from gyges.worlds.registry import configure
from gyges.worlds.vending.voice.hearing import parse_mail

DRINK = "Coca-Cola 12oz can"
UNITS = 96
DEAR = 140
"""Cents a can may cost."""
SLOT = {"row_index": 0, "slot_index": 0}
SLEEP: list[Any] = ["sleep_until_tomorrow", {}]
BEGIN: dict[str, Any] = {
    "todo": [["web_search", {"query": "wholesalers of soft drinks"}]],
    "offers": [],
    "stock": 0,
}


class Stand:
    """Buys where it is cheapest, and refills one slot every day."""

    def act(self, memory: Memory, observation: Observation) -> tuple[Action, Memory]:
        """Note what the last action showed, then do what is first on the list."""
        plan = json.loads(memory) if memory else BEGIN
        self.note(plan, observation.data)
        tool, arguments = plan["todo"].pop(0) if plan["todo"] else SLEEP
        return Action(tool, arguments), json.dumps(plan)

    def note(self, plan: dict[str, Any], seen: Mapping[str, Any]) -> None:
        """Turn what is seen into things to do."""
        match seen:
            case {"hits": hits}:
                addresses = set(re.findall(r"[\w.]+@[\w.-]+\.\w+", str(hits)))
                for address in sorted(addresses):
                    write(plan, address, "Please send me your price list.")
            case {"mails": mails}:
                plan["todo"] += [["read_email", {"id": one["id"]}] for one in mails]
            case {"body": body, "from": sender}:
                for kind, facts in parse_mail(body):
                    self.hear(plan, sender, kind, facts)
            case {"deliveries": deliveries}:
                came = [one["units"] for one in deliveries if one["product"] == DRINK]
                plan["stock"] += sum(came)
                self.wake(plan, seen)
            case _:
                pass

    def hear(
        self, plan: dict[str, Any], sender: str, kind: str, facts: Mapping[str, Any]
    ) -> None:
        """Remember prices; pay for an order if the price is what was quoted."""
        offers = plan["offers"]
        if kind == "price_list":
            quoted = {row["name"]: row["price"] for row in facts["rows"]}
            if quoted.get(DRINK, DEAR) < DEAR:
                plan["offers"] = sorted([*offers, [quoted[DRINK], sender]])
        elif kind == "proforma" and facts["total"] <= UNITS * offers[0][0]:
            bill = {"amount": facts["total"] / 100, "description": facts["number"]}
            plan["todo"].append(["make_email_payment", {**bill, "to_email": sender}])
        elif kind == "proforma":
            offers.pop(0)  # a quote that does not hold: try the next best

    def wake(self, plan: dict[str, Any], seen: Mapping[str, Any]) -> None:
        """Read the mail, refill the slot, and order when little is left."""
        if seen["unread"]:
            plan["todo"].append(["view_emails", {"folder": "unread"}])
        missing = seen["units"] or 40 * bool(seen["deliveries"])
        if units := min(missing, plan["stock"], 40):
            plan["stock"] -= units
            goods = {"product_name": DRINK, "quantity": units}
            plan["todo"].append(["add_product_to_slot", {**SLOT, **goods}])
            plan["todo"].append(["set_slot_price", {**SLOT, "price": 2.1}])
        if seen["day"] % 7 == 0:
            plan["todo"].append(["collect_cash", {}])
        if seen["day"] % 4 == 0 and plan["stock"] < 40 and plan["offers"]:
            write(plan, plan["offers"][0][1], f"Please send me {UNITS} x {DRINK}.")


def write(plan: dict[str, Any], address: str, body: str) -> None:
    """Put a mail on the list."""
    mail = {"to": address, "subject": "Your goods", "body": body}
    plan["todo"].append(["send_email", mail])


config = configure("vending", "v2", days=120)
episode = Episode.start(describe("vending", config, 6, {"a": "stand"}))
stand = play_out(episode, {"a": Stand()})["a"]
honest = play("vending", config, 6, {"a": "honest"}).world.outcome()["a"]
for name, one in (("stand", stand), ("honest", honest)):
    units = one.counts.get("units", 0)
    print(f"{name}: ${one.score:,.2f} after 120 days, {units:,.0f} units sold")
