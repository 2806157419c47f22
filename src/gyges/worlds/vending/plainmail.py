"""Stand-in until the voice writes: facts as lines."""
from gyges.worlds.vending.decisions import Decision

def write_mail(decisions, supplier, date, draws, day):
    return "Your mail", "\n".join(f"{d.kind}: {d.facts}" for d in decisions)

def write_customer(decision: Decision, date, draws, address):
    return "Complaint", f"{decision.kind}: {decision.facts}"

def faithful(wording, plain):
    return False
