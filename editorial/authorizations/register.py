"""The register: recording, revoking, noting an event, opening a document. What it shows is read in `catalogue`."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import func, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.authorizations.catalogue import Row, rows_in
from editorial.authorizations.documents import Documents, kind_of
from editorial.authorizations.elements import Elements, Problem, problems
from editorial.authorizations.lapse import end_uses
from editorial.authorizations.standing import State, standing_of
from editorial.authorizations.told import told_of
from editorial.canonical import digest_of
from editorial.changes import Changes
from editorial.desk import Desk
from editorial.errors import BadInputError, ChangedMeanwhileError, NotFoundError
from editorial.ids import new_id
from editorial.people.keys import Keys
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.plain import plain
from editorial.store.models import Authorization
from editorial.store.unit import Unit
from editorial.when import zone_of

LABEL = 60
"""Characters of a label."""


class How(StrEnum):
    """How a revocation came in: codes that may stand in the log for ever."""

    LETTER = "letter"
    EMAIL = "email"
    IN_PERSON = "in_person"
    PHONE = "phone"


HOW_WORDS = {
    How.LETTER: "By letter",
    How.EMAIL: "By e-mail",
    How.IN_PERSON: "In person",
    How.PHONE: "By phone",
}


class IncompleteError(BadInputError):
    """Elements are missing or cannot be; nothing was recorded. `problems` has one for each field."""

    code = "E-AUTHORIZATION"

    def __init__(self, found: tuple[Problem, ...]) -> None:
        count = len(found)
        title = "One thing is missing" if count == 1 else f"{count} things are missing"
        advice = "What you typed is kept."
        super().__init__(title, f"{found[0].words} Nothing was recorded.", advice, field=found[0].field)
        self.problems = found


class Register:
    """Commands about authorizations. Only privacy officers keep them; a document is opened by few, with an entry."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._documents = Documents(desk.folder)

    def rows(self) -> tuple[Row, ...]:
        """Every authorization as the Library shows it: what needs a person first, then the newest."""
        with self._desk.reading() as session:
            return rows_in(session, self._desk.clock.now())

    def record(self, actor: Actor, label: str, elements: Elements, scan: bytes | None = None) -> tuple[str, Changes]:
        """Records a signed authorization and returns its id.

        `label` is first name and initial. Raises NotAllowedError, IncompleteError and, with a scan, BadInputError,
        VaultError and DocumentError, each before anything is changed. Encrypting takes a moment: not for the UI
        thread.
        """
        actor.must_be_verified()
        label = plain(label).strip()
        elements = replace(elements.cleaned(), zone=self._desk.workspace.zone)
        self._allow(actor, May.AUTHORIZE)
        self._complete(label, elements)
        key, name = new_id("auth"), ""
        if scan is not None:
            kind_of(scan)
            name = self._documents.keep(Keys(self._desk).workspace_secret(), key, scan)
        try:
            return key, self._insert(actor, key, label, elements, name)
        except BaseException:
            if name:
                with suppress(OSError):  # encrypted, and named by nothing
                    self._documents.drop(name)
            raise

    def _insert(self, actor: Actor, key: str, label: str, elements: Elements, scan: str) -> Changes:
        with self._desk.writing(actor) as unit:
            must(roles_of(self._desk, unit.session, actor), May.AUTHORIZE)
            data = elements.to_json()
            row = Authorization(
                id=key,
                number=(unit.session.exec(select(func.max(Authorization.number))).one() or 0) + 1,
                label=label,
                elements=data,
                digest=digest_of(data),
                scan=scan,
                expires_at=elements.ends_at(),
                recorded_by=actor.id,
                recorded_at=unit.now,
            )
            unit.session.add(row)
            body = {"number": row.number, "digest": row.digest, "scan": scan}
            unit.record(Action.AUTHORIZATION_RECORDED, "authorization", key, body=body)
        return unit.changes

    def revoke(
        self, actor: Actor, authorization_id: str, how: How, received_on: date | None, note: str = ""
    ) -> Changes:
        """Ends an authorization at once: what waits is cancelled, what is live becomes tasks, in one transaction.

        `received_on` is the day on which the hospital learned of it. Raises NotAllowedError, NotFoundError,
        ChangedMeanwhileError where it is revoked already, and BadInputError for the day.
        """
        with self._desk.writing(actor.must_be_verified()) as unit:
            row = self._row(unit, actor, authorization_id)
            told = told_of(unit.session, row.id)
            if told is not None and told.revoked_at is not None:
                raise ChangedMeanwhileError(f"A-{row.number} is revoked already", "Nothing was changed.")
            self._check_day(unit.now, row, received_on)
            row.revoked_at = unit.now
            unit.session.add(row)
            body = {"number": row.number, "received": str(received_on), "note": plain(note).strip()}
            unit.record(Action.AUTHORIZATION_REVOKED, "authorization", row.id, reason=str(how), body=body)
            end_uses(unit, row, "authorization_revoked", f"Authorization A-{row.number} was revoked")
        return unit.changes

    def note_event(self, actor: Actor, authorization_id: str) -> Changes:
        """Notes that the event with which the authorization ends has happened; what rests on it ends as on revocation.

        Raises NotAllowedError, NotFoundError, BadInputError where it names no event, and ChangedMeanwhileError where it
        has ended already.
        """
        with self._desk.writing(actor.must_be_verified()) as unit:
            row = self._row(unit, actor, authorization_id)
            standing = standing_of(unit.session, row, unit.now)
            if standing.state is not State.VALID:
                raise ChangedMeanwhileError(f"A-{row.number} has ended already", "Nothing was changed.")
            if standing.elements is None or not standing.elements.expires_with:
                raise BadInputError(f"A-{row.number} ends with a day, not with an event", "Nothing was changed.")
            row.event_at = unit.now
            unit.session.add(row)
            unit.record(Action.AUTHORIZATION_EVENT, "authorization", row.id, body={"number": row.number})
            end_uses(unit, row, "authorization_ended", f"Authorization A-{row.number} has ended")
        return unit.changes

    def open_scan(self, actor: Actor, authorization_id: str) -> bytes:
        """The signed document; nobody gets it without an entry. Not for the UI thread.

        Raises NotAllowedError, NotFoundError, VaultError without the keyring, and DocumentError.
        """
        actor.must_be_verified()
        with self._desk.reading() as session:
            must(roles_of(self._desk, session, actor), May.OPEN_SCAN)
            row = session.get(Authorization, authorization_id)
        if row is None:
            raise _not_here()
        if not row.scan:
            raise NotFoundError(f"A-{row.number} has no document", "It was recorded without a scan.")
        scan = self._documents.read(Keys(self._desk).workspace_secret(), row.id, row.scan)
        with self._desk.writing(actor) as unit:
            must(roles_of(self._desk, unit.session, actor), May.OPEN_SCAN)
            unit.record(Action.AUTHORIZATION_OPENED, "authorization", row.id, body={"number": row.number})
        return scan

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _allow(self, actor: Actor, what: May) -> None:
        with self._desk.reading() as session:
            must(roles_of(self._desk, session, actor), what)

    def _complete(self, label: str, elements: Elements) -> None:
        found = [*_about_label(label), *problems(elements)]
        today = self._desk.clock.now().astimezone(zone_of(elements.zone)).date()
        if elements.signed_on is not None and elements.signed_on > today:
            found.append(Problem("signed_on", "This day lies ahead."))
        if found:
            raise IncompleteError(tuple(found))

    def _row(self, unit: Unit, actor: Actor, authorization_id: str) -> Authorization:
        must(roles_of(self._desk, unit.session, actor), May.AUTHORIZE)
        row = unit.session.get(Authorization, authorization_id)
        if row is None:
            raise _not_here()
        return row

    def _check_day(self, now: datetime, row: Authorization, received_on: date | None) -> None:
        if received_on is None:
            raise BadInputError("The day is missing", "Nothing was changed.", "Write it.", field="received_on")
        if received_on > now.astimezone(zone_of(self._desk.workspace.zone)).date():
            raise BadInputError("This day lies ahead", "Nothing was changed.", "Correct it.", field="received_on")
        signed_on = row.elements.get("signed_on") or ""
        if received_on.isoformat() < signed_on:
            raise BadInputError("It was signed later", "Nothing was changed.", "Correct it.", field="received_on")


def _about_label(label: str) -> Iterator[Problem]:
    """A register that half the house reads holds no full names."""
    words = label.split()
    if not words:
        yield Problem("label", "Write the first name and the initial of the family name.")
    elif len(label) > LABEL:
        yield Problem("label", f"Shorten it to {LABEL} characters.")
    elif len(words) > 1 and len(words[-1].rstrip(".")) > 1:
        yield Problem("label", "Shorten the family name to its initial, such as “Marek S.”")


def _not_here() -> NotFoundError:
    return NotFoundError("This authorization is not in the register")
