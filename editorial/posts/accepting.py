"""Warnings that a reviewer accepts, with a reason of theirs beside the one for which the author keeps it.

An acceptance lasts as the author's reason does: in later versions too, while what the finding is about stays as it is.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from editorial.audit.actions import Action
from editorial.checks import Severity
from editorial.errors import BadInputError, ChangedMeanwhileError
from editorial.ids import new_id
from editorial.plain import plain
from editorial.posts.revision import Snapshot
from editorial.store.models import Person
from editorial.store.remarks import Acceptance
from editorial.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who accepted a warning, when, and why."""

    id: str
    person_id: str
    name: str
    reason: str
    at: datetime


def accepted_in(session: Session, snapshot: Snapshot) -> dict[int, Accepted]:
    """By place among a version's findings, how its warnings were accepted; the last word of several counts.

    What somebody accepted who wrote or edited the post meanwhile does not count: the reason would be an author's.
    """
    rows = session.exec(
        select(Acceptance, Person.name)
        .join(Person, col(Person.id) == col(Acceptance.person_id))
        .where(Acceptance.post_id == snapshot.post_id, col(Acceptance.person_id).not_in(snapshot.contributors))
        .order_by(col(Acceptance.at), col(Acceptance.id))
    ).all()
    by_cause = {row.cause: Accepted(row.id, row.person_id, name, row.reason, row.at) for row, name in rows}
    return {
        place: by_cause[finding["cause"]]
        for place, finding in enumerate(snapshot.findings)
        if finding["severity"] == Severity.WARNING and finding["cause"] in by_cause
    }


def accept(unit: Unit, snapshot: Snapshot, place: int, reason: str) -> None:
    """Keeps and records that somebody who may sign the version accepts the warning at a place among its findings.

    Whoever accepted it may do so again, with another reason. Raises BadInputError without a reason and for what is no
    warning, and ChangedMeanwhileError where somebody else accepted it.
    """
    words = plain(reason.strip())
    if not words:
        raise BadInputError("There is no reason", "Nothing was accepted.", "Say why it may stand.", field="reason")
    if not 0 <= place < len(snapshot.findings) or snapshot.findings[place]["severity"] != Severity.WARNING:
        raise BadInputError("Only a warning is accepted with a reason", "Nothing was accepted.")
    before, finding = accepted_in(unit.session, snapshot).get(place), snapshot.findings[place]
    if before is not None and before.person_id != unit.actor.id:
        raise ChangedMeanwhileError(f"{before.name} accepted this warning already", "Nothing was changed.")
    row = Acceptance(
        id=new_id("accept"), post_id=snapshot.post_id, cause=finding["cause"], number=snapshot.number,
        person_id=unit.actor.id, reason=words, at=unit.now,
    )  # fmt: skip
    unit.session.add(row)
    told = {"acceptance": row.id, "cause": row.cause, "reason": words}
    unit.record(Action.WARNING_ACCEPTED, "post", row.post_id, revision=row.number, reason=finding["rule"], body=told)
