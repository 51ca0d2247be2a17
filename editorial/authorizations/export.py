"""The register as a table for spreadsheets. It leaves patients' names out unless somebody asks for them."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.auditing import part_of, unwritable
from editorial.audit.export import write_table
from editorial.authorizations.catalogue import Row, rows_in
from editorial.authorizations.register import HOW_WORDS, How
from editorial.changes import Changes
from editorial.clock import stamp
from editorial.desk import Desk
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.when import zone_of

_Column = tuple[str, Callable[[Row], str]]

_ALWAYS: tuple[_Column, ...] = (
    ("Authorization", lambda row: row.name),
    ("State", lambda row: str(row.standing.state)),
    ("Ended (UTC)", lambda row: stamp(row.standing.at) if row.standing.at else ""),
    ("A post may state or show", lambda row: ", ".join(sorted(each.label for each in row.elements.details))),
    ("Networks", lambda row: ", ".join(row.elements.networks)),
    ("Named pictures", lambda row: str(len(row.elements.media))),
    ("Signed on", lambda row: str(row.elements.signed_on or "")),
    ("Signed by", lambda row: str(row.elements.signed_by or "")),
    ("Minor", lambda row: _yes(row.elements.minor)),
    ("Comes of age on", lambda row: str(row.elements.majority_on or "")),
    ("Last day", lambda row: str(row.elements.expires_on or "")),
    ("Ends with an event", lambda row: _yes(bool(row.elements.expires_with))),
    ("Revocation received on", lambda row: row.revoked.received_on if row.revoked else ""),
    ("Revocation came in", lambda row: _how(row)),
    ("Posts", lambda row: ", ".join(f"P-{use.number}" for use in row.uses)),
    ("Open tasks", lambda row: str(len(row.tasks))),
    ("Scan", lambda row: _yes(row.has_scan)),
    ("Scan opened", lambda row: str(row.opened)),
    ("Recorded by", lambda row: row.recorded_by),
    ("Recorded (UTC)", lambda row: stamp(row.recorded_at)),
)

_NAMING: tuple[_Column, ...] = (
    ("Person", lambda row: row.label),
    ("Name of who signed", lambda row: row.elements.signer_name),
    ("Why they may sign", lambda row: row.elements.authority),
    ("Information", lambda row: row.elements.information),
    ("Who may disclose it", lambda row: row.elements.discloser),
    ("Purposes", lambda row: "\n".join(row.elements.purposes)),
    ("Event", lambda row: row.elements.expires_with),
    ("Note on the revocation", lambda row: row.revoked.note if row.revoked else ""),
)
"""What names a patient, or is typed and could."""

LEFT_OUT = "Names and typed words are left out: the number names the person"


def export_register(desk: Desk, actor: Actor, path: Path, *, names: bool = False) -> tuple[int, Changes]:
    """Writes the register to `path`, which appears complete or not at all, and notes it in the log.

    Without `names` a person is the number of their authorization, and nothing that was typed stands in the file.
    Returns how many authorizations it holds. Raises NotAllowedError, and DeskError where the file cannot be written;
    then nothing is exported. Writes a file: not for the UI thread.
    """
    with desk.reading() as session:
        must(roles_of(desk, session, actor.must_be_verified()), May.EXPORT_REGISTER)
        found = sorted(rows_in(session, desk.clock.now()), key=lambda row: row.number)
    local = zone_of(desk.workspace.zone)
    recorded: _Column = (
        f"Recorded ({desk.workspace.zone})",
        lambda row: row.recorded_at.astimezone(local).isoformat(" ", "seconds"),
    )
    columns = (*_ALWAYS, recorded, *(_NAMING if names else ((LEFT_OUT, lambda _: ""),)))
    try:
        with part_of(path) as part:
            with part.open("wb") as file:
                write_table(
                    [title for title, _ in columns], ([cell(row) for _, cell in columns] for row in found), file
                )
                file.flush()
                os.fsync(file.fileno())
            changes = _note(desk, actor, path.name, part.read_bytes(), len(found), names=names)
            part.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    return len(found), changes


def _note(desk: Desk, actor: Actor, name: str, data: bytes, count: int, *, names: bool) -> Changes:
    """Before the file appears: an entry without its file is harmless, a file without its entry is not."""
    with desk.writing(actor) as unit:
        must(roles_of(desk, unit.session, actor), May.EXPORT_REGISTER)
        body = {"file": name, "sha256": hashlib.sha256(data).hexdigest(), "authorizations": count}
        unit.record(
            Action.REGISTER_EXPORTED, "register", desk.workspace.id, reason="names" if names else "numbers", body=body
        )
    return unit.changes


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _how(row: Row) -> str:
    if row.revoked is None:
        return ""
    return HOW_WORDS[How(row.revoked.how)] if row.revoked.how in list(How) else row.revoked.how
