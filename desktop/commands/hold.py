"""`signpost hold`: stops all publishing at once, also where nobody can sign in. Lifting takes two people."""

from pathlib import Path

from desktop.commands.output import Output
from desktop.commands.workspace import desk_at
from editorial.delivery.holds import Reason
from editorial.delivery.outbox import Outbox
from editorial.delivery.stopping import Holds


def run_hold(folder: Path, note: str, output: Output) -> int:
    """Holds all publishing as the operator at this desk, and tells everybody. When this returns, no new send starts.

    Needs no keyring and does not look for one: nothing that is broken keeps it back.
    """
    with desk_at(folder) as desk:
        holds = Holds(desk)
        number, _ = holds.hold(desk.operator(), Reason.OTHER, note, tell=True)
        sending, waiting = holds.being_sent(), holds.waiting()
        rows = {row.delivery_id: row for row in Outbox(desk).rows()} if sending else {}
    words = f"All publishing is on hold. {_queued(waiting)}"
    if sending:
        named = ", ".join(f"“{rows[key].title}” to {rows[key].account}" for key in sending)
        words += f" What had started can no longer be stopped: {named}."
    output.say(words, hold=number, waiting=waiting, being_sent=list(sending))
    return 0


def _queued(waiting: int) -> str:
    if not waiting:
        return "Nothing was queued."
    return "One queued delivery waits." if waiting == 1 else f"{waiting:,} queued deliveries wait."
