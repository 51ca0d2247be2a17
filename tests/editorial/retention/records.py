"""Records as years leave them, and ways to look for what is left of their words."""

from datetime import timedelta

from sqlmodel import Session, select

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.desk import DATABASE, Desk
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.states import PostState
from editorial.retention.erasing import Erased, Erasing
from editorial.retention.plan import Kind, Plan
from editorial.store.models import Account, AsPublished, Delivery, Post
from tests.fakes.desks import Staff
from tests.fakes.posts import scheduled

YEAR = timedelta(days=366)
"""No shorter than any year."""


def published(staff: Staff, text: str, *, pictures: int = 0) -> str:
    """A post that went out and was read back; returns its id."""
    with staff.desk.reading() as session:
        account = session.exec(select(Account.id)).first()
    post_id, delivery_id = scheduled(staff, text, pictures=pictures, account=account)
    with staff.desk.writing(staff.desk.system()) as unit:  # as the engine would have it
        row = unit.session.get_one(Delivery, delivery_id)
        row.state, row.sent_at, row.reason = "published", unit.now, f"went out: {text}"
        post = unit.session.get_one(Post, post_id)
        post.state, post.changed_at = PostState.PUBLISHED, unit.now
        shown = AsPublished(
            id=f"seen_{delivery_id}", delivery_id=delivery_id, verdict="same", shown={"text": text, "pictures": []},
            digest="sha256:0", seen_at=unit.now,
        )  # fmt: skip
        unit.session.add_all([row, post, shown])
        unit.record(Action.DELIVERY_PUBLISHED, "delivery", row.id, body={"permalink": "https://x.test/1"})
    return post_id


def draft(staff: Staff, text: str, **body: object) -> str:
    """A draft that is never sent to review; returns its id."""
    post_id, _ = Drafting(staff.desk).open(staff.mira.actor, DraftBody(text[:40], text, **body))  # type: ignore[arg-type]
    return post_id


def planned(desk: Desk) -> Plan:
    """What would be erased now."""
    return Erasing(desk).preview().plan


def names(plan: Plan, *kinds: Kind) -> set[str]:
    """The ids that would go, of some kinds or all."""
    return {each.id for each in plan.items if not kinds or each.kind in kinds}


def erase(staff: Staff) -> Erased:
    """Helen looks and erases; the log verifies afterwards."""
    erasing = Erasing(staff.desk)
    done = erasing.erase(staff.helen.actor, erasing.preview().plan.fingerprint())
    assert Auditing(staff.desk).check().problem is None
    return done


def live(staff: Staff, days: int = 3) -> None:
    """Days on which something happens, as on every day on which a publisher runs."""
    for _ in range(days):
        staff.clock.forward(timedelta(days=1))
        with staff.desk.writing(staff.desk.system()) as unit:
            unit.record(Action.PUBLISHER_STARTED, "publisher", staff.desk.desk_id)


def bytes_left(desk: Desk) -> bytes:
    """Every byte of the database, what SQLite keeps beside it, the pictures, notes and documents."""
    beside = [path for path in desk.folder.iterdir() if path.name.startswith(DATABASE)]
    folders = [path for name in ("media", "documents") for path in (desk.folder / name).rglob("*") if path.is_file()]
    return b"\n".join(path.read_bytes() for path in (*beside, *folders))


def row_of(session: Session, post_id: str) -> Post:
    """The post's row."""
    return session.get_one(Post, post_id)
