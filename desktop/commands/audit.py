"""`signpost audit verify`, `signpost audit export` and `signpost audit keys`."""

from dataclasses import dataclass
from pathlib import Path

from desktop.commands.output import Output
from desktop.commands.workspace import desk_at, keyring_for, kind_of
from editorial.audit.anchoring import LIMITS, Anchor, State, gap_words, look, seen_words
from editorial.audit.auditing import Auditing, Format
from editorial.audit.browsing import Sought
from editorial.audit.bundle import Extract, checker_digest
from editorial.audit.bundling import BUNDLE, Bundling
from editorial.audit.gaps import open_gaps
from editorial.audit.key_sheet import key_sheet
from editorial.audit.verify import Verdict, gone_words
from editorial.errors import BadInputError
from editorial.posts.records import post_called

INTACT, TAMPERED = 0, 3


def run_verify(folder: Path, output: Output) -> int:
    """Recomputes the whole log, compares it with its marks and says what was shown.

    0: intact; 3: tampered with, naming the entry, not the log that its marks saw, or with a gap that nobody signed for.
    """
    with keyring_for(folder, kind_of(folder), None), desk_at(folder) as desk:
        anchor, auditing = look(desk), Auditing(desk)
        verdict = auditing.check()
        with desk.reading() as session:
            gap = gap_words(open_gaps(session))
        red = bool(gap) or anchor.state is State.BROKEN
        if not red:
            auditing.note_verified(desk.operator(), verdict)
    return _tell(verdict, anchor, gap, output)


def _tell(verdict: Verdict, anchor: Anchor, gap: str, output: Output) -> int:
    facts: dict[str, object] = {"size": verdict.size, "anchor": str(anchor.state)}
    problem = verdict.problem
    if problem is None:
        facts |= {"root": verdict.root.hex(), "signed": verdict.signed, "erased": verdict.erased, "lost": verdict.lost}
        whole = f"Verified through entry {verdict.size - 1:,}: all unchanged and in order. Root {verdict.root.hex()}."
        said = [f"{whole} {signed_words(verdict)}", gone_words(verdict), seen_words(anchor, verdict.size), gap, LIMITS]
    else:
        facts |= {"entry": problem.seq, "cause": problem.cause}
        said = [str(problem), str(anchor), gap]
    intact = problem is None and not gap and anchor.state is not State.BROKEN
    output.say("\n".join(filter(None, said)), intact=intact, gap=bool(gap), **facts)
    return INTACT if intact else TAMPERED


def signed_words(verdict: Verdict) -> str:
    """How far a signed checkpoint vouches for the log, and what the rest rests on."""
    if verdict.signed == verdict.size:
        return "A signed checkpoint covers all of it."
    if not verdict.signed:
        return "No checkpoint is signed yet: whoever can change the database could have rewritten it."
    return f"A signed checkpoint covers it through entry {verdict.signed - 1:,}; the rest rests on the database alone."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to export: the form, where to, and for a bundle a post's number and whether what may name patients goes."""

    form: str
    path: Path
    post: str = ""
    patients: bool = False


def run_export(folder: Path, wanted: Wanted, output: Output) -> int:
    """Writes the verified log. Raises TamperedError where it does not verify; then nothing is written."""
    if wanted.form == BUNDLE:
        return _run_bundle(folder, wanted, output)
    if wanted.post or wanted.patients:
        raise BadInputError("Only a bundle can be an extract", "Nothing was exported.", "Add --format bundle.")
    with desk_at(folder) as desk:
        verdict, _ = Auditing(desk).export(desk.operator(), Format(wanted.form), wanted.path)
    output.say(
        f"{verdict.size:,} entries were exported to {wanted.path}.",
        file=str(wanted.path),
        entries=verdict.size,
        root=verdict.root.hex(),
    )
    return INTACT


def run_keys(folder: Path, output: Output) -> int:
    """Prints the key sheet: what somebody outside needs to verify the log."""
    with desk_at(folder) as desk:
        sheet = key_sheet(desk)
    output.say(sheet.text(), origin=sheet.origin, vkeys=list(sheet.vkeys), root=sheet.root, charter=sheet.charter)
    return INTACT


def _run_bundle(folder: Path, wanted: Wanted, output: Output) -> int:
    with keyring_for(folder, kind_of(folder), output), desk_at(folder) as desk:
        with desk.reading() as session:
            posts = (post_called(session, wanted.post).id,) if wanted.post else ()
        extract = Extract(Sought(objects=posts), patients=wanted.patients)
        exported = Bundling(desk).export(desk.operator(), wanted.path, extract)
    counts, checker = exported.counts, checker_digest()
    output.say(
        f"An evidence bundle with {counts.entries:,} entries was exported to {wanted.path}."
        f" {counts.left_out:,} are in it by their hashes alone; {counts.withheld:,} readable parts are withheld because"
        f" they may name patients.\nIts checker, verify.py, has the SHA-256 {checker}.",
        file=str(wanted.path),
        entries=counts.entries,
        left_out=counts.left_out,
        withheld=counts.withheld,
        manifest=exported.manifest,
        checker=checker,
    )
    return INTACT
