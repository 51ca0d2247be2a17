"""How far a version's route is: which of the signatures given for its post count for it."""

from datetime import datetime

from sqlmodel import Session, col, select

from editorial.charter.chain import VerifiedCharter
from editorial.posts.records import envelopes_of, revision_of
from editorial.posts.revision import Snapshot
from editorial.signoff.approval import StageProgress, progress, valid_statements, waits_for
from editorial.signoff.statement import Statement
from editorial.store.models import Comment, Post, Revision
from editorial.when import Choice


def stages_of(
    session: Session, charter: VerifiedCharter, post: Post, snapshot: Snapshot, *, at: datetime | None = None
) -> tuple[StageProgress, ...]:
    """The route's stages with the signatures that count for this version at its planned time, or `at` another.

    A signature counts while the charter confirms it, its content and time are what was signed, and nobody asked for
    changes since. "As soon as approved" is a choice of its own: only a signature that said so covers it.
    """
    statements = _standing(session, post, snapshot, valid_statements(envelopes_of(session, post.id), charter))
    if snapshot.when.choice is Choice.SOON:
        statements = [each for each in statements if each.as_soon_as_approved]
    return progress(
        charter.route(snapshot.route),
        statements,
        post_id=post.id,
        digests=snapshot.digests(),
        contributors=snapshot.contributors,
        at=at or snapshot.due,
    )


def approved(
    session: Session, charter: VerifiedCharter, post: Post, snapshot: Snapshot, *, at: datetime | None = None
) -> bool:
    """Whether the route is complete for every account of this version, at its planned time or `at` another."""
    return waits_for(stages_of(session, charter, post, snapshot, at=at)) is None


def _standing(session: Session, post: Post, snapshot: Snapshot, statements: tuple[Statement, ...]) -> list[Statement]:
    """Without those that an edit or a request for changes ended: content that comes back is signed again."""
    if all(statement.number >= snapshot.number for statement in statements):
        return list(statements)
    oldest = snapshot.number
    asked = _asked(session, post)
    while oldest > 1 and oldest - 1 not in asked and _holds(session, post, oldest - 1, snapshot):
        oldest -= 1
    return [statement for statement in statements if statement.number >= oldest]


def _asked(session: Session, post: Post) -> frozenset[int]:
    """The versions for which somebody asked for changes."""
    numbers = select(Revision.number).join(Comment, col(Comment.revision_id) == col(Revision.id))
    return frozenset(session.exec(numbers.where(Comment.post_id == post.id, Comment.kind == "request")))


def _holds(session: Session, post: Post, number: int, snapshot: Snapshot) -> bool:
    """Whether an earlier version had every account's content exactly as this one has it."""
    return snapshot.digests().items() <= revision_of(session, post.id, number)[1].digests().items()
