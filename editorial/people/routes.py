"""Routes that come, change and go, while posts wait on them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from editorial.actors import Actor
from editorial.changes import Changes
from editorial.charter.document import Route
from editorial.delivery.states import FINAL
from editorial.desk import Desk
from editorial.errors import BadInputError
from editorial.people.amending import Change, put_route, remove_route
from editorial.people.desk_people import People, Signer
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.posts.records import DamagedError, snapshot_in
from editorial.posts.states import PostState
from editorial.store.models import Delivery, Post, Revision
from editorial.store.unit import Unit

_WAITING = (PostState.IN_REVIEW, PostState.APPROVED, PostState.SCHEDULED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A version that still has to be signed or sent: its post, the route it took, the checks it rests on."""

    number: int
    route: str
    rules: str

    @property
    def name(self) -> str:
        """The post as people call it."""
        return f"P-{self.number}"


def waiting_in(session: Session) -> tuple[Waiting, ...]:
    """The newest version of every post that waits, and each older one that a delivery still sends; by post.

    One that cannot be read is left out: it is neither signed nor sent.
    """
    sent = select(Delivery.revision_id).where(col(Delivery.state).not_in(FINAL))
    statement = (
        select(Post.number, Revision)
        .join(Revision, col(Revision.post_id) == col(Post.id))
        .where(col(Post.state).in_(_WAITING), (col(Revision.number) == Post.revision) | col(Revision.id).in_(sent))
        .order_by(col(Post.number), col(Revision.number))
    )
    found = []
    for number, row in session.exec(statement).all():
        try:
            snapshot = snapshot_in(row)
        except DamagedError:
            continue
        found.append(Waiting(number, snapshot.route, snapshot.rules))
    return tuple(found)


def refuse_while_waiting(waiting: Iterable[Waiting], name: str) -> None:
    """Raises BadInputError, naming the posts, while one needs the route to be signed or sent."""
    posts = tuple(dict.fromkeys(each.name for each in waiting if each.route == name))
    if not posts:
        return
    shown = ", ".join(posts[:5]) + (f" and {len(posts) - 5} more" if len(posts) > 5 else "")
    raise BadInputError(
        f"{'A post waits' if len(posts) == 1 else f'{len(posts)} posts wait'} on the route {name}",
        f"{shown}: without it nobody could sign or send {'it' if len(posts) == 1 else 'them'}. Nothing was changed.",
        "Wait until that is done, or take them back from review.",
        field="name",
    )


def is_lost(old: Route, new: Route) -> bool:
    """Whether posts that took the old route would not find it any more: it gets another name, or other posts."""
    return (old.name, old.kind) != (new.name, new.kind)


class Routes:
    """Commands about whole routes. Each raises NotAllowedError for other than officers, and as `People.amend`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def put(
        self, actor: Actor, route: Route, signers: Iterable[Signer], *, instead_of: str = "", first: bool = True
    ) -> Changes:
        """Adds a route, or puts it in the place of the one called `instead_of`.

        Raises BadInputError as `put_route`, and while posts wait on one that gets another name or kind.
        """
        with self._desk.reading() as session:
            old = self._desk.charter(session).route(instead_of) if instead_of else route
        gone = {old.name} if is_lost(old, route) else set()
        return self._amend(actor, put_route(route, instead_of=instead_of, first=first), gone, signers)

    def remove(self, actor: Actor, name: str, signers: Iterable[Signer]) -> Changes:
        """Takes a route out. Raises BadInputError as `remove_route`, and while posts wait on it."""
        return self._amend(actor, remove_route(name), {name}, signers)

    def _amend(self, actor: Actor, change: Change, gone: Collection[str], signers: Iterable[Signer]) -> Changes:
        def check(session: Session) -> None:
            for name in gone:
                refuse_while_waiting(waiting_in(session), name)

        def check_again(unit: Unit, _: object) -> None:  # one may have been sent to review meanwhile
            check(unit.session)

        with self._desk.reading() as session:
            must(roles_of(self._desk, session, actor.must_be_verified()), May.CHARTER)
            check(session)
        return People(self._desk).amend(actor, change, signers, also=check_again)
