"""Setting and lifting holds: stopping is one step for anybody, going on is a decision of two people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlmodel import col, func, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.changes import Changes
from editorial.delivery.holds import EVERYTHING, UNDO_FOR, Hold, Reason, Scope, holds_on, record_hold, record_lift
from editorial.delivery.kept import Kept, doubtful_of, fell_due, kept_back, kept_by, still_to_come
from editorial.delivery.moving import SOON, cancel, move_to, next_slot
from editorial.delivery.states import QUEUED, DeliveryState, move
from editorial.desk import Desk
from editorial.errors import BadInputError, ChangedMeanwhileError, NotAllowedError
from editorial.people.desk_people import Signer
from editorial.people.keys import Keys
from editorial.people.permissions import TABLE, May, may
from editorial.posts.schedule import settle_post
from editorial.store.models import Delivery
from editorial.store.unit import Unit
from editorial.when import When

ALONE_AFTER = timedelta(minutes=10)
"""Where only one person may lift, how old the hold has to be before that one may do it alone."""


class Fate(StrEnum):
    """What is decided about a post that a hold kept back. Codes in the log."""

    SEND = "send"  # now, one after the other on each account; only what is past its time
    KEEP = "keep"  # it goes out at its time; only what is still to come
    MOVE = "move"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; `when` is the new time of one that is moved."""

    fate: Fate
    when: When | None = None


class Holds:
    """Commands about holds."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on(self) -> tuple[Hold, ...]:
        """The holds that are on, oldest first."""
        with self._desk.reading() as session:
            return holds_on(session)

    def being_sent(self) -> tuple[str, ...]:
        """Ids of deliveries whose sending a hold can no longer stop."""
        states = (DeliveryState.SENDING, DeliveryState.PENDING)
        with self._desk.reading() as session:
            return tuple(session.exec(select(Delivery.id).where(col(Delivery.state).in_(states))).all())

    def waiting(self) -> int:
        """How many queued deliveries there are."""
        with self._desk.reading() as session:
            return session.exec(select(func.count(col(Delivery.id))).where(col(Delivery.state).in_(QUEUED))).one()

    def kept(self, number: int) -> Kept:
        """What this hold alone keeps back, in the order of the times; nothing for one that is not on."""
        with self._desk.reading() as session:
            holds = holds_on(session)
            hold = next((each for each in holds if each.id == number), None)
            if hold is None:
                return Kept()
            others = [each for each in holds if each.id != number]
            return kept_by(session, self._desk.clock.now(), hold, others, self._desk.charter)

    def hold(
        self,
        actor: Actor,
        reason: Reason,
        note: str = "",
        *,
        scope: Scope = Scope.ALL,
        target: str = EVERYTHING,
    ) -> tuple[int, Changes]:
        """Stops publishing at once; returns the hold's number. Anybody may, also the operator before sign-in.

        When this returns, no new send starts. What had started is listed by `being_sent`.
        """
        with self._desk.writing(actor) as unit:
            number = record_hold(unit, scope, target, reason, note.strip())
        return number, unit.changes

    def undo(self, actor: Actor, number: int) -> Changes:
        """The one who set a hold takes it back within two minutes, if nothing fell due meanwhile."""
        with self._desk.writing(actor.must_be_verified()) as unit:
            hold = _find(unit, number)
            if hold.by != actor.id:
                raise NotAllowedError("Somebody else set this hold", "Lifting it takes two people.")
            if not timedelta(0) <= unit.now - hold.since <= UNDO_FOR:
                raise NotAllowedError("The two minutes for undoing are over", "Lifting the hold takes two people.")
            if fell_due(unit.session, unit.now, hold, self._desk.charter):
                raise NotAllowedError("A post fell due meanwhile", "Lifting the hold takes two people.")
            record_lift(unit, hold, "undo", (actor,))
        return unit.changes

    def lift(
        self,
        actor: Actor,
        number: int,
        agreed: Sequence[Signer],
        decisions: Mapping[str, Decision] | None = None,
    ) -> Changes:
        """Ends a hold: two different people who may lift sign for it with their passphrases.

        `decisions`: delivery id to what is decided about each whose time has passed, and about each that may not fit
        what happened; about others still to come it may be given. Raises BadInputError, with the delivery's id as its
        field, for one that is missing or cannot be carried out; nothing is lifted then. None: nobody decides now; what
        is overdue is missed, and is asked about in the Outbox. Nothing overdue goes out by itself.
        """
        actor.must_be_verified()
        self._desk.need_pin()
        people = self._people(agreed)
        with self._desk.writing(actor) as unit:
            hold = _find(unit, number)
            self._enough(unit, hold, people)
            decided = {key: str(each.fate) for key, each in (decisions or {}).items()}
            record_lift(unit, hold, "agreed", people, decided)
            if decisions is not None:
                self._decide_ahead(unit, hold, decisions)  # first: what is overdue and moved is ahead then, too
            self._release(unit, hold, decisions)
        return unit.changes

    def _release(self, unit: Unit, lifted: Hold, decisions: Mapping[str, Decision] | None) -> None:
        """After a lift: what the lifted hold stopped, and no other one stops."""
        for row in kept_back(unit.session, unit.now, lifted, holds_on(unit.session), self._desk.charter):
            overdue = row.due_at <= unit.now
            if overdue and decisions is not None:
                self._decide(unit, row, decisions.get(row.id))
                continue
            row.state = move(row.state, DeliveryState.MISSED if overdue else DeliveryState.WAITING)
            row.reason = "Its time passed during the hold" if overdue else ""
            unit.session.add(row)
            action = Action.DELIVERY_MISSED if overdue else Action.DELIVERY_RELEASED
            unit.record(action, "delivery", row.id, reason="hold")
            settle_post(unit, row.post_id)

    def _decide_ahead(self, unit: Unit, lifted: Hold, decisions: Mapping[str, Decision]) -> None:
        """What is still to come: kept, unless somebody decided otherwise; what may not fit has to be decided."""
        for row in still_to_come(unit.session, unit.now, lifted, holds_on(unit.session), self._desk.charter):
            decision = decisions.get(row.id)
            if decision is None and doubtful_of(unit.session, row) is None:
                continue
            if decision is None or decision.fate is not Fate.KEEP:
                self._decide(unit, row, decision)

    def _decide(self, unit: Unit, row: Delivery, decision: Decision | None) -> None:
        overdue = row.due_at <= unit.now
        if decision is None or decision.fate is (Fate.KEEP if overdue else Fate.SEND):
            what, first = ("whose time has passed", "Send it") if overdue else ("that may not fit", "Keep it")
            raise BadInputError(
                f"Nobody decided about a post {what}",
                "The hold stays.",
                f"{first}, give it a new time, or drop it.",
                field=row.id,
            )
        try:
            if decision.fate is Fate.DROP:
                cancel(unit, row, "hold")
            elif decision.fate is Fate.SEND:
                move_to(self._desk, unit, row, next_slot(unit.session, row, unit.now), SOON)
            else:
                self._move(unit, row, decision.when)
        except BadInputError as error:
            raise BadInputError(error.title, error.what, error.advice, field=row.id) from error

    def _move(self, unit: Unit, row: Delivery, when: When | None) -> None:
        due = when.due(unit.now) if when else None
        if when is None or due is None or due <= unit.now:
            raise BadInputError("That time has passed", "The hold stays.", "Choose a later time.")
        move_to(self._desk, unit, row, due, when)

    def _people(self, agreed: Sequence[Signer]) -> tuple[Actor, ...]:
        with self._desk.reading() as session:
            charter = self._desk.charter(session)
        people = []
        for signer in agreed:
            member = charter.member(signer.person_id)
            if member is None or not member.active or not may(member.roles, May.LIFT):
                raise NotAllowedError("This person may not lift a hold", "Nothing was changed.", "Ask another person.")
            actor = Actor(member.id, member.name, "", member.key_id, person=True)
            with Keys(self._desk).unsealed(actor, signer.passphrase):
                people.append(actor)
        return tuple(people)

    def _enough(self, unit: Unit, hold: Hold, people: Sequence[Actor]) -> None:
        distinct = {actor.id for actor in people}
        if len(distinct) >= 2:
            return
        members = self._desk.charter(unit.session).members
        eligible = [member for member in members if member.active and member.roles & TABLE[May.LIFT]]
        if len(distinct) == 1 and len(eligible) == 1 and unit.now - hold.since >= ALONE_AFTER:
            return
        raise NotAllowedError(
            "Lifting a hold takes two different people", "Nothing was changed.", "Ask a second person to agree."
        )


def _find(unit: Unit, number: int) -> Hold:
    for hold in holds_on(unit.session):
        if hold.id == number:
            return hold
    raise ChangedMeanwhileError("This hold is already lifted", "Nothing was changed.")
