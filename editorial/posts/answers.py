"""What a new version answers: comments whose passage it changed, and changes that were asked for by a time."""

from sqlmodel import col, select

from editorial.posts.passages import changed_between, passage_of
from editorial.posts.records import snapshot_in
from editorial.posts.revision import Snapshot
from editorial.store.models import Revision
from editorial.store.remarks import Comment
from editorial.store.unit import Unit
from editorial.tasks import TaskKind, finish_tasks


def note_answers(unit: Unit, snapshot: Snapshot) -> None:
    """Notes the version just frozen in the open comments whose passage it changed, in the caller's unit of work.

    The caller records the version itself; that entry is also this change's. Raises DamagedError.
    """
    open_ones = select(Comment, Revision).join(Revision, col(Revision.id) == col(Comment.revision_id))
    found = unit.session.exec(
        open_ones.where(
            Comment.post_id == snapshot.post_id, Comment.quote != "", Comment.answered_in == 0,
            col(Comment.resolved_at).is_(None), Revision.number < snapshot.number,
        )
    ).all()  # fmt: skip
    for comment, row in found:
        passage = passage_of(comment)
        if passage is not None and changed_between(snapshot_in(row), snapshot, passage):
            comment.answered_in = snapshot.number
            unit.session.add(comment)
    finish_tasks(unit, TaskKind.CHANGES, snapshot.post_id)
