"""Signing for a gap in the log: two officers say that they know of it, and the marks are set to the log as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.anchoring import Anchor, State, audit_lock, judge, named, put_marks
from editorial.audit.auditing import Auditing, TamperedError
from editorial.audit.gaps import Gap, open_gaps
from editorial.audit.marks import Mark, Marks, Place
from editorial.audit.verify import Verdict
from editorial.canonical import canonical
from editorial.changes import Changes
from editorial.charter.document import Member
from editorial.clock import stamp
from editorial.delivery.passing import gap_hold
from editorial.delivery.stopping import Holds
from editorial.desk import Desk
from editorial.errors import ChangedMeanwhileError, NotAllowedError
from editorial.keys.dsse import Envelope
from editorial.people.desk_people import Signer
from editorial.people.keys import Keys

PAYLOAD_TYPE = "application/vnd.signpost.gap+json"
SIGNERS = 2


@dataclass(frozen=True, slots=True)
class Break:
    """What stands open. `anchor` says how the log stands to its marks; `problem` is what is damaged inside the log.

    Where there is a problem nothing can be signed. `officers` may sign, as (id, name).
    """

    gaps: tuple[Gap, ...]
    anchor: Anchor
    problem: str
    officers: tuple[tuple[str, str], ...]


class Clearing:
    """Commands about gaps. They verify the whole log and ask the keyring: not for the UI thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def read(self) -> Break | None:
        """What is open, or None."""
        found = Marks(self._desk).read()
        verdict = Auditing(self._desk).check()
        with self._desk.reading() as session:
            gaps = open_gaps(session)
            anchor = judge(session, self._desk.workspace.origin, found)
            officers = self._desk.charter(session).officers()
        if not gaps and anchor.state is not State.BROKEN:
            return None
        people = tuple((member.id, member.name) for member in officers)
        return Break(gaps, anchor, str(verdict.problem or ""), people)

    def sign(self, actor: Actor, agreed: Sequence[Signer], note: str = "") -> Changes:
        """Ends every open gap: two different officers sign with their passphrases what the log and its marks say.

        Raises NotAllowedError for fewer or other people, TamperedError while the log itself does not verify,
        ChangedMeanwhileError where nothing is open, and the errors of `Keys.unsealed`; then nothing changed.
        """
        actor.must_be_verified()
        self._desk.need_pin()
        people = self._officers(agreed)
        with audit_lock(self._desk):
            self._desk.vault.check()  # both marks have to move, or the next start finds the gap again
            marks = Marks(self._desk)
            found = marks.read()
            verdict = self._whole()
            self._must_be_open(found)
            envelope = self._signed(people, agreed, found, verdict)
            changes = self._end(actor, people, envelope, verdict.size, found, note)
            put_marks(self._desk, marks, found)
        return changes

    def _officers(self, agreed: Sequence[Signer]) -> tuple[Member, ...]:
        with self._desk.reading() as session:
            officers = {member.id: member for member in self._desk.charter(session).officers()}
        if any(signer.person_id not in officers for signer in agreed):
            raise NotAllowedError(
                "This person may not sign for a gap",
                "It takes administrators or privacy officers. Nothing was changed.",
                "Ask another person.",
            )
        if len({signer.person_id for signer in agreed}) < SIGNERS:
            raise NotAllowedError(
                "Signing for a gap takes two different people", "Nothing was changed.", "Ask a second officer to sign."
            )
        return tuple(officers[signer.person_id] for signer in agreed)

    def _whole(self) -> Verdict:
        verdict = Auditing(self._desk).check()
        if verdict.problem is not None:
            raise TamperedError(
                verdict.problem.title,
                "The log is damaged inside, so nobody can sign for it. Nothing was changed.",
                "Keep this workspace as evidence. Restore a backup from before the damage.",
            )
        return verdict

    def _must_be_open(self, found: Mapping[Place, Mark | None]) -> None:
        with self._desk.reading() as session:
            fits = judge(session, self._desk.workspace.origin, found).state is not State.BROKEN
            if fits and not open_gaps(session):
                raise ChangedMeanwhileError("Nothing is open", "The log fits its marks. Nothing was changed.")

    def _signed(
        self,
        people: Sequence[Member],
        agreed: Sequence[Signer],
        found: Mapping[Place, Mark | None],
        verdict: Verdict,
    ) -> Envelope:
        statement = {
            "v": 1,
            "type": "gap",
            "origin": self._desk.workspace.origin,
            "size": str(verdict.size),
            "root": verdict.root.hex(),
            "marks": named(found),
            "at": stamp(self._desk.clock.now()),
        }
        envelope = Envelope(PAYLOAD_TYPE, canonical(statement))
        for member, signer in zip(people, agreed, strict=True):
            person = Actor(member.id, member.name, "", member.key_id, person=True)
            with Keys(self._desk).unsealed(person, signer.passphrase) as key:
                envelope = envelope.signed_by(key)
        return envelope

    def _end(
        self,
        actor: Actor,
        people: Sequence[Member],
        envelope: Envelope,
        size: int,
        found: Mapping[Place, Mark | None],
        note: str,
    ) -> Changes:
        signers = [{"id": member.id, "name": member.name, "key": member.key_id} for member in people]
        origins = {mark.origin for mark in found.values() if mark is not None}
        other = bool(origins - {self._desk.workspace.origin})
        body = {"marks": named(found), "signed": signers, "envelope": envelope.to_json(), "note": note.strip()}
        with self._desk.writing(actor) as unit:
            if any(gap.seq >= size for gap in open_gaps(unit.session)):
                raise ChangedMeanwhileError(
                    "Another gap was found meanwhile", "Nothing was signed.", "Look at it first."
                )
            stopped = gap_hold(unit.session)
            unit.record(
                Action.GAP_SIGNED,
                "log",
                self._desk.workspace.id,
                reason="new_origin" if other else "restored",
                body=body,
            )
            if stopped is not None:
                Holds(self._desk).release(unit, stopped, None)
        return unit.changes
