"""A delivery as the engine needs it: the exact content and what earlier tries left behind. Reads only."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists
from sqlmodel import Session, and_, col, or_, select

from editorial.audit.actions import Action
from editorial.content import AccountContent, Prepared
from editorial.delivery.attempts import attempts_of, done_in, doubts_in
from editorial.delivery.states import WENT_OUT, DeliveryState
from editorial.errors import NotFoundError
from editorial.gate import Cleared, StoppedError
from editorial.posts.records import snapshot_in
from editorial.store.models import Account, Attempt, AuditEntry, Delivery, Revision


@dataclass(frozen=True, slots=True)
class Job:
    """One delivery before it is claimed. Nothing in here is a permission: `Started.cleared` is.

    `done`: step name to the id that the network gave. `doubts`: how many public steps ended without a whole answer.
    `token`: the network's handle while it is processing.
    """

    delivery_id: str
    account: Account
    state: DeliveryState
    due_at: datetime
    latest_at: datetime
    content: AccountContent
    prepared: Prepared
    token: str
    done: Mapping[str, str]
    doubts: int
    first_public_at: datetime | None

    @property
    def account_id(self) -> str:
        """The account it goes to."""
        return self.account.id


@dataclass(frozen=True, slots=True)
class Started:
    """A step that may be made now: its attempt is on disk."""

    attempt_id: str
    cleared: Cleared


_WHOLE = (
    select(Delivery, Account, Revision)
    .join(Account, col(Account.id) == col(Delivery.account_id))
    .outerjoin(Revision, col(Revision.id) == col(Delivery.revision_id))
    .where(col(Delivery.id).in_(bindparam("ids", expanding=True)))
)
_ATTEMPTS = (
    select(Attempt)
    .where(col(Attempt.delivery_id).in_(bindparam("ids", expanding=True)))
    .order_by(col(Attempt.started_at), col(Attempt.id))
)
_WITH_ACCOUNT = (
    select(Delivery, Account, exists().where(col(Attempt.delivery_id) == col(Delivery.id)))
    .join(Account, col(Account.id) == col(Delivery.account_id))
    .where(Delivery.id == bindparam("delivery"))
)
_OF_ATTEMPT = (
    select(Attempt, Delivery)
    .join(Delivery, col(Delivery.id) == col(Attempt.delivery_id))
    .where(Attempt.id == bindparam("attempt"))
)


def with_account(session: Session, delivery_id: str) -> tuple[Delivery, Account, bool]:
    """The delivery, the account it goes to, and whether a step was ever begun. Raises NotFoundError."""
    found = session.exec(_WITH_ACCOUNT, params={"delivery": delivery_id}).first()
    if found is None:
        raise _unknown()
    return found


def attempt_of(session: Session, attempt_id: str) -> tuple[Attempt, Delivery]:
    """A step that was begun, and its delivery, read at once."""
    return session.exec(_OF_ATTEMPT, params={"attempt": attempt_id}).one()


def _unknown() -> NotFoundError:
    return NotFoundError("This delivery is not here")


def content_in(session: Session, row: Delivery) -> AccountContent:
    """What the delivery's version holds for its account. Raises StoppedError where it cannot be read or names none."""
    return _content(row, session.get(Revision, row.revision_id))


def _content(row: Delivery, revision: Revision | None) -> AccountContent:
    try:
        content = snapshot_in(revision).content_for(row.account_id) if revision else None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable() from error
    if content is None:
        raise _unreadable()
    return content


def _unreadable() -> StoppedError:
    return StoppedError(
        "The approved version cannot be read", "It differs from what was stored.", "Tell the compliance officer."
    )


def job_of(session: Session, delivery_id: str, now: datetime) -> Job:
    """The delivery as a job. Raises StoppedError as `content_in`, and NotFoundError."""
    found = session.exec(_WHOLE, params={"ids": [delivery_id]}).first()
    if found is None:
        raise _unknown()
    return _job(*found, attempts_of(session, delivery_id), now)


def jobs_of(session: Session, ids: Sequence[str], now: datetime) -> dict[str, Job]:
    """Many deliveries as jobs, by their ids; without those that `job_of` raises for."""
    attempts: dict[str, list[Attempt]] = {}
    for each in session.exec(_ATTEMPTS, params={"ids": ids}):
        attempts.setdefault(each.delivery_id, []).append(each)
    jobs = {}
    for row, account, revision in session.exec(_WHOLE, params={"ids": ids}):
        with suppress(StoppedError):
            jobs[row.id] = _job(row, account, revision, attempts.get(row.id, ()), now)
    return jobs


def _job(row: Delivery, account: Account, revision: Revision | None, attempts: Sequence[Attempt], now: datetime) -> Job:
    return Job(
        delivery_id=row.id,
        account=account,
        state=DeliveryState(row.state),
        due_at=row.due_at,
        latest_at=row.latest_at,
        content=_content(row, revision),
        prepared=Prepared(row.key, row.created_for),
        token=row.token,
        done=done_in(attempts, now),
        doubts=doubts_in(attempts),
        first_public_at=min((each.started_at for each in attempts if each.public), default=None),
    )


def has_twin(session: Session, row: Delivery) -> bool:
    """Whether another delivery on the account has the same content and may be the post that a look-up finds.

    That is one under way or in doubt, and one that a person settled as live without the network's id.
    """
    mine = _shown(content_in(session, row))
    under_way = (DeliveryState.SENDING, DeliveryState.PENDING, DeliveryState.UNCERTAIN)
    others = select(Delivery).where(
        Delivery.account_id == row.account_id,
        Delivery.id != row.id,
        or_(
            col(Delivery.state).in_(under_way),
            and_(col(Delivery.state).in_(WENT_OUT), Delivery.remote_id == ""),
        ),
    )
    return any(_shown(content_in(session, other)) == mine for other in session.exec(others).all())


def held_since_begun(session: Session, row: Delivery) -> bool:
    """Whether anything was held since the delivery's first public step: then it does not go on by itself."""
    begun_at = min((each.started_at for each in attempts_of(session, row.id) if each.public), default=None)
    if begun_at is None:
        return False
    held = select(AuditEntry.seq).where(AuditEntry.action == Action.HOLD_SET, AuditEntry.ts >= begun_at)
    return session.exec(held).first() is not None


def looks_asked(session: Session, after: int) -> tuple[tuple[int, str], ...]:
    """(entry's number, delivery id) of the wishes to look again that stand in the log after an entry, oldest first."""
    asked = select(AuditEntry.seq, AuditEntry.object_id).where(
        AuditEntry.action == Action.DELIVERY_LOOK_ASKED, AuditEntry.seq > after
    )
    return tuple(session.exec(asked.order_by(col(AuditEntry.seq))).all())


def known_ids(session: Session, account_id: str, besides: str) -> frozenset[str]:
    """The network's ids of what other deliveries than `besides` published on the account, parts of posts included."""
    here = (Delivery.account_id == account_id, Delivery.id != besides)
    whole = session.exec(select(Delivery.remote_id).where(*here)).all()
    joined = select(Attempt.remote_id).join(Delivery, col(Delivery.id) == col(Attempt.delivery_id))
    parts = session.exec(joined.where(*here, col(Attempt.public))).all()
    return frozenset(each for each in (*whole, *parts) if each)


def _shown(content: AccountContent) -> object:
    return content.text, content.media, content.language
