"""Correcting what was published: a new post that says of which other one it is the correction."""

from dataclasses import replace

from sqlmodel import Session

from editorial.actors import Actor
from editorial.changes import Changes
from editorial.content import MediaItem
from editorial.delivery.states import DeliveryState
from editorial.desk import Desk
from editorial.errors import ChangedMeanwhileError, NotFoundError
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.records import as_body, draft_of, snapshot_in
from editorial.posts.revision import Snapshot
from editorial.store.models import Delivery, Revision
from editorial.when import When

PREFIX = "Correction: "


class Corrections:
    """The command that begins a correction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def open(self, actor: Actor, delivery_id: str) -> tuple[str, Changes]:
        """A new draft that corrects what this delivery published: the same text, accounts and pictures, no time yet.

        Returns its id. Raises NotFoundError, ChangedMeanwhileError for a delivery that is not published, DamagedError
        for a version that cannot be read, and NotAllowedError for other than writers.
        """
        with self._desk.reading() as session:
            body = self._body(session, delivery_id)
        return Drafting(self._desk).open(actor, body)

    def _body(self, session: Session, delivery_id: str) -> DraftBody:
        row = session.get(Delivery, delivery_id)
        if row is None:
            raise NotFoundError("This delivery is not here")
        if row.state != DeliveryState.PUBLISHED:
            raise ChangedMeanwhileError(
                "There is nothing to correct yet",
                "Only what is published can be corrected; nothing was opened.",
                "Edit the post instead.",
            )
        snapshot = snapshot_in(session.get_one(Revision, row.revision_id))
        body = as_body(snapshot)
        return replace(
            body,
            title=body.title if body.title.startswith(PREFIX) else f"{PREFIX}{body.title}",
            media=masters(session, snapshot),
            when=When(zone=self._desk.workspace.zone),
            corrects=row.post_id,
        )


def masters(session: Session, snapshot: Snapshot) -> tuple[MediaItem, ...]:
    """The pictures as they were added, where the draft still has them; else as the first account got them.

    An account may have got smaller ones; they are the same pictures in the same order, with the same words.
    """
    sent = snapshot.contents[0].media
    drafted = draft_of(session, snapshot.post_id)[1].media
    same = [(item.alt, item.decorative) for item in drafted] == [(item.alt, item.decorative) for item in sent]
    return drafted if same else sent
