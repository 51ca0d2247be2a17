"""The one gate (I1): nothing becomes public except with a `Cleared`, and only this module makes one.

It runs in the process that sends, reads everything again, and takes roles, routes and keys from the verified charter
only, never from plain rows.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from editorial.authorizations.standing import why_not_now
from editorial.charter.chain import VerifiedCharter
from editorial.checks import Severity
from editorial.content import AccountContent, Prepared
from editorial.delivery.attempts import attempts_of, may_be_public
from editorial.delivery.holds import Hold
from editorial.delivery.passing import stopping
from editorial.delivery.states import WENT_OUT, DeliveryState
from editorial.errors import DeskError
from editorial.media import MediaFolder
from editorial.posts.progress import doubts_about, stages_among
from editorial.posts.records import Versions, snapshot_in, versions_of
from editorial.posts.revision import Snapshot
from editorial.posts.settling import settlements, to_settle
from editorial.posts.states import PostState
from editorial.signoff.approval import StageProgress, waits_for
from editorial.store.database import columns
from editorial.store.models import Account, Delivery, Post

PRACTICE = "practice"
"""The one network that may be used before two people can sign the charter."""

_KEY = object()

# Made once, and of the columns that count alone: the gate asks with every step of every delivery, and building a
# statement takes longer than its answer.
_STANDS = (
    select(Account.network, Account.state, Post.state, Post.revision)
    .outerjoin(Post, col(Post.id) == bindparam("post_id"))
    .where(col(Account.id) == bindparam("account_id"))
)
_OTHERS = select(Delivery.id, Delivery.state).where(
    col(Delivery.post_id) == bindparam("post_id"),
    col(Delivery.account_id) == bindparam("account_id"),
    col(Delivery.id) != bindparam("delivery_id"),
)


class StoppedError(DeskError):
    """The gate says no. `hold` is set when a hold is the only reason."""

    code = "E-GATE"

    def __init__(self, title: str, what: str = "", advice: str = "", *, hold: Hold | None = None) -> None:
        super().__init__(title, what, advice)
        self.hold = hold


class Cleared:
    """The right to send one delivery's exact content, now. Made by `clear_to_send` and nowhere else."""

    __slots__ = ("_media", "content", "delivery_id", "prepared")

    def __init__(
        self, key: object, delivery_id: str, content: AccountContent, prepared: Prepared, media: MediaFolder
    ) -> None:
        if key is not _KEY:
            raise TypeError("only the gate clears a delivery")
        self.delivery_id = delivery_id
        self.content = content
        self.prepared = prepared
        self._media = media

    def open_media(self, sha256: str) -> BinaryIO:
        """A picture's signed bytes; the reader fails at the end when they are others.

        Raises StoppedError for a picture that is not part of the cleared content.
        """
        if sha256 not in {item.sha256 for item in self.content.media}:
            raise StoppedError("This picture was not signed", "It is not part of the version that was approved.")
        return self._media.open_checked(sha256)


def clear_to_send(
    session: Session,
    delivery: Delivery,
    *,
    charter: VerifiedCharter,
    now: datetime,
    media: MediaFolder,
) -> Cleared:
    """The delivery's content, cleared for sending at `now`. Raises StoppedError with the reason in words.

    Call it in the transaction that writes the step's attempt: the hold is read there too (I8).
    """
    if delivery.state != DeliveryState.SENDING:
        raise StoppedError("This delivery was not picked up for sending", f"Its state is {delivery.state}.")
    same = {"post_id": delivery.post_id, "account_id": delivery.account_id}
    network, state, post_state, newest = columns(session, _STANDS, **same).first() or ("", "", "", 0)
    if state != "connected":
        raise StoppedError("The account is not connected", "Nothing was sent.", "Connect it again in Accounts.")
    if network != PRACTICE and not charter.two_signers():
        raise StoppedError("Only the practice network may be used yet", "The charter has one signer; it needs two.")
    versions = versions_of(session, delivery.post_id)
    snapshot = _snapshot(versions, delivery)
    content = _content(snapshot, delivery)
    if content.network != network:
        raise StoppedError("The content was signed for another network", "", "Tell the compliance officer.")
    if post_state != PostState.SCHEDULED:
        raise StoppedError("The post is no longer scheduled", "Nothing was sent.", "Look at it in Compose.")
    _not_replaced(versions, newest, delivery, now)
    _refuse_doubles(session, delivery)
    _signed(session, versions, snapshot, delivery, charter, now)
    _checked(snapshot, charter)
    _authorized(session, snapshot, content, now)
    hold = stopping(session, delivery, lambda _: charter)
    if hold is not None:
        raise StoppedError("Publishing is on hold", "Nothing is sent until the hold is lifted.", hold=hold)
    return Cleared(_KEY, delivery.id, content, Prepared(delivery.key, delivery.created_for), media)


def _snapshot(versions: Versions, delivery: Delivery) -> Snapshot:
    row = versions.by_id(delivery.revision_id)
    if row is None:
        raise StoppedError("The approved version belongs to another post", "", "Tell the compliance officer.")
    try:
        snapshot = snapshot_in(row)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoppedError(
            "The approved version cannot be read", "It differs from what was stored.", "Tell the compliance officer."
        ) from error
    if snapshot.post_id != delivery.post_id or row.number != snapshot.number:
        raise StoppedError("The approved version belongs to another post", "", "Tell the compliance officer.")
    return snapshot


def _content(snapshot: Snapshot, delivery: Delivery) -> AccountContent:
    content = snapshot.content_for(delivery.account_id)
    if content is None or content.digest() != delivery.digest or content.post_id != delivery.post_id:
        raise StoppedError(
            "The content is not what was scheduled", "Nothing was sent.", "Send the post to review again."
        )
    return content


def _not_replaced(versions: Versions, number: int, delivery: Delivery, now: datetime) -> None:
    """A newer version, the post's `number` one, speaks against what an older signature allowed."""
    newest = versions.stored[-1]
    try:
        if newest.number != number:
            raise ValueError("not the newest version")
        snapshot = snapshot_in(newest)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoppedError("The newest version cannot be read", "", "Tell the compliance officer.") from error
    if newest.id == delivery.revision_id:
        return
    content = snapshot.content_for(delivery.account_id)
    if content is None or content.digest() != delivery.digest or not snapshot.window.holds(now):
        raise StoppedError(
            f"Version {snapshot.number} replaced what was scheduled", "Nothing was sent.", "Look at it in Compose."
        )


def _refuse_doubles(session: Session, delivery: Delivery) -> None:
    started = WENT_OUT | {DeliveryState.UNCERTAIN, DeliveryState.PENDING, DeliveryState.SENDING}
    same = {"post_id": delivery.post_id, "account_id": delivery.account_id, "delivery_id": delivery.id}
    others = columns(session, _OTHERS, **same).all()
    if any(state in started or may_be_public(attempts_of(session, other)) for other, state in others):
        raise StoppedError(
            "This post already went to this account, or a part of it did",
            "It is never sent twice.",
            "Look at the page. To say it again, open a new post.",
        )


def _signed(
    session: Session,
    versions: Versions,
    snapshot: Snapshot,
    delivery: Delivery,
    charter: VerifiedCharter,
    now: datetime,
) -> None:
    if charter.route(snapshot.route).kind is not snapshot.route_kind():
        raise StoppedError(
            "This version took a route that is not its own",
            f"Its content asks for the {snapshot.route_kind()} route.",
            "Send the post to review again.",
        )
    try:
        digests = {delivery.account_id: delivery.digest}
        stages = stages_among(session, charter, versions, snapshot, at=now, digests=digests)
    except ValueError as error:
        raise StoppedError("A signature cannot be read", "", "Tell the compliance officer.") from error
    missing = waits_for(stages)
    if missing is not None:
        why = doubts_about(session, charter, versions, snapshot, at=now, digests=digests)
        raise StoppedError(
            f"“{missing.stage.name}” is not signed for this content and time",
            " ".join(why) or "A signature is missing.",
            "Send the post to review again.",
        )
    _settled(snapshot, stages)


def _authorized(session: Session, snapshot: Snapshot, content: AccountContent, now: datetime) -> None:
    """Every authorization that the version rests on allows this content on this network at this minute."""
    for named in snapshot.authorizations:
        problem = why_not_now(session, named, content, now)
        if problem:
            raise StoppedError("The authorization does not allow this", problem, "Ask the privacy officer.")


def _settled(snapshot: Snapshot, stages: Sequence[StageProgress]) -> None:
    """Every finding that could be about a patient needs a privacy officer's signed reason of its own."""
    if to_settle(snapshot) and not all(settlements(snapshot, snapshot.digest(), stages).values()):
        raise StoppedError(
            "A finding about a patient is not settled",
            "No privacy officer signed why it may stand.",
            "Send the post to review again.",
        )


def _checked(snapshot: Snapshot, charter: VerifiedCharter) -> None:
    if any(finding.get("severity") == Severity.BLOCK for finding in snapshot.findings):
        raise StoppedError("A finding that must be fixed is open", "", "Edit the post and send it to review again.")
    if charter.minimum_rules is not None and snapshot.rules != charter.minimum_rules:
        raise StoppedError("The checks are older than the charter asks for", "", "Send the post to review again.")
