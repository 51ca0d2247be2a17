"""Which posts rest on an authorization, and where they are live. Reads only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from editorial.delivery.attempts import attempts_of, part_is_live
from editorial.delivery.states import DeliveryState
from editorial.posts.schedule import BEGUN
from editorial.posts.states import PostState
from editorial.store.columns import holds_bytes
from editorial.store.models import Account, Delivery, Post, Revision

_RESTS = b'"authorizations":["'
_NAMED = re.compile(rb'"authorizations":\[([^\]]*)\]')
_ID = re.compile(rb'"([A-Za-z0-9_.-]+)@')


@dataclass(frozen=True, slots=True)
class Live:
    """A delivery of a post. `begun`: it went out, may have, or a part of it did."""

    delivery_id: str
    account: str
    network: str
    state: DeliveryState
    permalink: str
    begun: bool

    @property
    def online(self) -> bool:
        """Whether it is there, or may be, in part or whole."""
        return self.begun and self.state is not DeliveryState.TAKEN_DOWN


@dataclass(frozen=True, slots=True)
class Use:
    """A post with a version that rests on the authorization. `newest`: its newest version does."""

    post_id: str
    number: int
    title: str
    state: PostState
    newest: bool
    revisions: tuple[int, ...]
    deliveries: tuple[Live, ...]


def uses_of(session: Session, authorization_id: str) -> tuple[Use, ...]:
    """The posts that rest on one authorization, by their number."""
    return all_uses(session).get(authorization_id, ())


def all_uses(session: Session) -> dict[str, tuple[Use, ...]]:
    """Authorization id to the posts that rest on it.

    Names are found in the stored bytes: a version that cannot be read any more still counts as resting on them.
    """
    resting: dict[str, dict[str, list[Revision]]] = {}
    for row in session.exec(select(Revision).where(holds_bytes(col(Revision.content), _RESTS))).all():
        for key in _ids_in(row.content):
            resting.setdefault(key, {}).setdefault(row.post_id, []).append(row)
    return {key: tuple(_use(session, *each) for each in posts.items()) for key, posts in resting.items()}


def _ids_in(content: bytes) -> set[str]:
    # Inside a text the quotes would be escaped, so that no text can look like the list.
    return {each.decode() for part in _NAMED.findall(content) for each in _ID.findall(part)}


def _use(session: Session, post_id: str, revisions: Sequence[Revision]) -> Use:
    post = session.get_one(Post, post_id)
    rows = session.exec(
        select(Delivery, Account)
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .where(col(Delivery.revision_id).in_([row.id for row in revisions]))
        .order_by(col(Account.label), col(Delivery.round))
    ).all()
    numbers = sorted(row.number for row in revisions)
    return Use(
        post_id, post.number, post.title, PostState(post.state), post.revision in numbers, tuple(numbers),
        tuple(_live(session, delivery, account) for delivery, account in rows),
    )  # fmt: skip


def _live(session: Session, row: Delivery, account: Account) -> Live:
    state = DeliveryState(row.state)
    begun = state in BEGUN or part_is_live(attempts_of(session, row.id))
    return Live(row.id, account.label, account.network, state, row.permalink, begun)
