"""`signpost audit verify` and `signpost audit export`."""

from pathlib import Path

from desktop.commands.output import Output
from desktop.commands.workspace import desk_at
from editorial.audit.auditing import Auditing, Format
from editorial.audit.verify import Verdict

INTACT, TAMPERED = 0, 3


def run_verify(folder: Path, output: Output) -> int:
    """Recomputes the whole log and says what was shown. 0: intact; 3: tampered with, naming the entry."""
    with desk_at(folder) as desk:
        verdict, _ = Auditing(desk).verify(desk.operator())
    return _tell(verdict, output)


def _tell(verdict: Verdict, output: Output) -> int:
    if verdict.problem is not None:
        output.say(
            str(verdict.problem),
            intact=False,
            size=verdict.size,
            entry=verdict.problem.seq,
            cause=verdict.problem.cause,
        )
        return TAMPERED
    output.say(
        f"Verified through entry {verdict.size - 1:,}: all unchanged and in order. Root {verdict.root.hex()}."
        f" {signed_words(verdict)}",
        intact=True,
        size=verdict.size,
        root=verdict.root.hex(),
        signed=verdict.signed,
    )
    return INTACT


def signed_words(verdict: Verdict) -> str:
    """How far a signed checkpoint vouches for the log, and what the rest rests on."""
    if verdict.signed == verdict.size:
        return "A signed checkpoint covers all of it."
    if not verdict.signed:
        return "No checkpoint is signed yet: whoever can change the database could have rewritten it."
    return f"A signed checkpoint covers it through entry {verdict.signed - 1:,}; the rest rests on the database alone."


def run_export(folder: Path, form: str, path: Path, output: Output) -> int:
    """Writes the verified log to `path`. Raises TamperedError where it does not verify; then nothing is written."""
    with desk_at(folder) as desk:
        verdict, _ = Auditing(desk).export(desk.operator(), Format(form), path)
    output.say(
        f"{verdict.size:,} entries were exported to {path}.",
        file=str(path),
        entries=verdict.size,
        root=verdict.root.hex(),
    )
    return INTACT
