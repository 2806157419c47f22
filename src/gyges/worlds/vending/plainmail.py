"""Stand-in until the voice writes: facts as lines."""
import json

from gyges.worlds.vending.decisions import Decision

def write_mail(decisions, supplier, date, draws, day):
    return "Your mail", "\n".join(json.dumps([d.kind, d.facts]) for d in decisions)

def write_customer(decision: Decision, date, draws, address):
    return "Complaint", json.dumps([decision.kind, {**decision.facts, "product": decision.facts["item"]}])

def parse_mail(body):
    try:
        return [tuple(json.loads(line)) for line in body.split("\n")]
    except ValueError:
        return []

def faithful(wording, plain):
    return False
