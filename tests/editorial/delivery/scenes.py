"""A delivery that is just being sent, and every single way in which it must not be."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from editorial.canonical import digest
from editorial.charter.chain import VerifiedCharter
from editorial.delivery.holds import Reason, Scope, record_hold
from editorial.delivery.states import DeliveryState
from editorial.gate import Cleared, clear_to_send
from editorial.ids import new_id
from editorial.keys.dsse import Envelope, Signature
from editorial.posts.records import snapshot_in
from editorial.posts.revision import Snapshot
from editorial.posts.states import PostState
from editorial.store.models import Account, Attempt, Delivery, Post, Revision, SignOff
from editorial.store.unit import Unit
from editorial.when import Window
from tests.fakes.desks import Staff

S = DeliveryState


@dataclass
class Scene:
    """A delivery that is being sent, inside a transaction that will be undone."""

    staff: Staff
    unit: Unit
    delivery: Delivery
    charter: VerifiedCharter
    now: datetime

    @property
    def session(self) -> Session:
        return self.unit.session

    @property
    def revision(self) -> Revision:
        return self.session.get_one(Revision, self.delivery.revision_id)

    @property
    def post(self) -> Post:
        return self.session.get_one(Post, self.delivery.post_id)

    @property
    def account(self) -> Account:
        return self.session.get_one(Account, self.delivery.account_id)

    @property
    def signature(self) -> SignOff:
        return self.session.exec(select(SignOff).where(SignOff.post_id == self.delivery.post_id)).one()

    def rewrite(self, change: Callable[[Snapshot], Snapshot]) -> None:
        """Stores another version under the same id, with the digest that fits it."""
        row = self.revision
        row.content = change(snapshot_in(row)).encode()
        row.digest = digest(row.content)
        self.session.add(row)
        self.session.flush()

    def save(self, row: Any) -> None:
        self.session.add(row)
        self.session.flush()

    def clear(self) -> Cleared:
        return clear_to_send(
            self.session, self.delivery, charter=self.charter, now=self.now, media=self.staff.desk.media
        )


class UndoneError(Exception):
    """Ends a scene without a trace."""


@contextmanager
def scene(staff: Staff, delivery_id: str) -> Iterator[Scene]:
    try:
        with staff.desk.writing(staff.desk.system()) as unit:
            row = unit.session.get_one(Delivery, delivery_id)
            row.state = S.SENDING
            unit.session.add(row)
            unit.session.flush()
            yield Scene(staff, unit, row, staff.desk.charter(unit.session), unit.now)
            raise UndoneError
    except UndoneError:
        pass


# --- one wrong thing each ---


def not_claimed(scene: Scene) -> None:
    scene.delivery.state = S.WAITING
    scene.save(scene.delivery)


def account_signed_out(scene: Scene) -> None:
    row = scene.account
    row.state = "signed_out"
    scene.save(row)


def account_disconnected(scene: Scene) -> None:
    row = scene.account
    row.state = "disconnected"
    scene.save(row)


def account_of_another_network(scene: Scene) -> None:
    row = scene.account
    row.network = "mastodon"
    scene.save(row)


def account_unknown(scene: Scene) -> None:
    scene.session.autoflush = False
    scene.delivery.account_id = "acct_unknown"


def version_missing(scene: Scene) -> None:
    scene.session.autoflush = False
    scene.delivery.revision_id = "rev_unknown"


def version_bytes_changed(scene: Scene) -> None:
    row = scene.revision
    row.content = row.content.replace(b"Flu vaccination", b"Fly vaccination")
    scene.save(row)


def version_unreadable(scene: Scene) -> None:
    row = scene.revision
    row.content = b"[]"
    scene.save(row)


def version_of_another_post(scene: Scene) -> None:
    scene.rewrite(lambda snapshot: replace(snapshot, post_id="post_other"))


def version_with_another_number(scene: Scene) -> None:
    scene.rewrite(lambda snapshot: replace(snapshot, number=7))


def text_changed_in_the_version(scene: Scene) -> None:
    def change(snapshot: Snapshot) -> Snapshot:
        return replace(snapshot, contents=tuple(replace(each, text="Something else") for each in snapshot.contents))

    scene.rewrite(change)


def text_and_digest_changed(scene: Scene) -> None:
    text_changed_in_the_version(scene)
    content = snapshot_in(scene.revision).content_for(scene.delivery.account_id)
    assert content is not None
    scene.delivery.digest = content.digest()
    scene.save(scene.delivery)


def alt_text_and_digest_changed(scene: Scene) -> None:
    def change(snapshot: Snapshot) -> Snapshot:
        media = tuple(replace(item, alt="Something else") for item in snapshot.contents[0].media)
        return replace(snapshot, contents=tuple(replace(each, media=media) for each in snapshot.contents))

    scene.rewrite(change)
    content = snapshot_in(scene.revision).content_for(scene.delivery.account_id)
    assert content is not None
    scene.delivery.digest = content.digest()
    scene.save(scene.delivery)


def digest_changed(scene: Scene) -> None:
    scene.delivery.digest = "sha256:" + "0" * 64
    scene.save(scene.delivery)


def account_not_in_the_version(scene: Scene) -> None:
    scene.rewrite(lambda snapshot: replace(snapshot, contents=()))


def contributor_signed(scene: Scene) -> None:
    helen = scene.staff.helen.person_id
    scene.rewrite(lambda snapshot: replace(snapshot, contributors=(*snapshot.contributors, helen)))


def not_signed(scene: Scene) -> None:
    scene.session.delete(scene.signature)
    scene.session.flush()


def signature_unreadable(scene: Scene) -> None:
    row = scene.signature
    row.envelope = "not an envelope"
    scene.save(row)


def signature_forged(scene: Scene) -> None:
    row = scene.signature
    envelope = Envelope.from_json(row.envelope)
    (first,) = envelope.signatures
    forged = Signature(first.key_id, first.algorithm, bytes(64))
    row.envelope = replace(envelope, signatures=(forged,)).to_json()
    scene.save(row)


def statement_changed(scene: Scene) -> None:
    row = scene.signature
    envelope = Envelope.from_json(row.envelope)
    payload = envelope.payload.replace(scene.delivery.digest.encode(), b"sha256:" + b"1" * 64)
    row.envelope = replace(envelope, payload=payload).to_json()
    scene.save(row)


def before_the_window(scene: Scene) -> None:
    scene.now = scene.now - timedelta(days=1)


def after_the_window(scene: Scene) -> None:
    window = snapshot_in(scene.revision).window
    scene.now = window.not_after + timedelta(milliseconds=1)


def authorization_open(scene: Scene) -> None:
    scene.rewrite(lambda snapshot: replace(snapshot, authorizations=("auth_1",)))


def finding_open(scene: Scene) -> None:
    finding = {"rule": "length", "category": "length", "severity": "block", "where": "text", "cause": "", "settled": ""}
    scene.rewrite(lambda snapshot: replace(snapshot, findings=(*snapshot.findings, finding)))


def hold(scope: Scope, target: Callable[[Scene], str]) -> Callable[[Scene], None]:
    def sabotage(scene: Scene) -> None:
        record_hold(scene.unit, scope, target(scene), Reason.INCIDENT, "")

    sabotage.__name__ = f"hold_{scope}"
    return sabotage


def already(state: DeliveryState) -> Callable[[Scene], None]:
    """Another delivery of the same post to the same account stands there."""

    def sabotage(scene: Scene) -> None:
        other(scene, state)

    sabotage.__name__ = f"already_{state}"
    return sabotage


def other(scene: Scene, state: DeliveryState) -> Delivery:
    same = (Delivery.post_id == scene.delivery.post_id, Delivery.account_id == scene.delivery.account_id)
    rounds = len(scene.session.exec(select(Delivery).where(*same)).all())
    values = scene.delivery.model_dump() | {"id": new_id("dlv"), "round": rounds + 1, "state": state}
    row = Delivery(**values)
    scene.save(row)
    return row


def tried_before(outcome: str) -> Callable[[Scene], None]:
    """An earlier round was cancelled after its public step had begun."""

    def sabotage(scene: Scene) -> None:
        row = other(scene, S.CANCELLED)
        attempt = Attempt(
            id=new_id("try"), delivery_id=row.id, number=1, step="post", public=True, request_digest="",
            started_at=scene.now, outcome=outcome,
        )  # fmt: skip
        scene.save(attempt)

    sabotage.__name__ = f"tried_before_{outcome or 'open'}"
    return sabotage


def not_scheduled(state: PostState) -> Callable[[Scene], None]:
    """The post was taken back, sent to review again, or ended."""

    def sabotage(scene: Scene) -> None:
        row = scene.post
        row.state = state
        scene.save(row)

    sabotage.__name__ = f"post_{state}"
    return sabotage


def newer(change: Callable[[Snapshot], Snapshot]) -> Callable[[Scene], None]:
    """A newer version of the post exists."""

    def sabotage(scene: Scene) -> None:
        newer_version(scene, change)

    sabotage.__name__ = f"newer_version_{change.__name__}"
    return sabotage


def newer_version(scene: Scene, change: Callable[[Snapshot], Snapshot]) -> None:
    post = scene.post
    snapshot = change(replace(snapshot_in(scene.revision), number=post.revision + 1))
    row = Revision(
        id=new_id("rev"), post_id=post.id, number=post.revision + 1, digest=snapshot.digest(),
        content=snapshot.encode(), frozen_by="somebody", frozen_at=scene.now,
    )  # fmt: skip
    post.revision += 1
    scene.save(row)
    scene.save(post)


def without_the_account(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, contents=())


def with_another_text(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, contents=tuple(replace(each, text="Something newer") for each in snapshot.contents))


def for_another_time(snapshot: Snapshot) -> Snapshot:
    start = snapshot.window.not_after
    return replace(snapshot, window=Window(start, start + timedelta(days=1)))


def newest_version_missing(scene: Scene) -> None:
    row = scene.post
    row.revision += 1
    scene.save(row)


def newest_version_unreadable(scene: Scene) -> None:
    newer_version(scene, lambda snapshot: snapshot)
    newest = scene.session.exec(
        select(Revision).where(Revision.post_id == scene.delivery.post_id, Revision.number == scene.post.revision)
    ).one()
    newest.content = b"{}"
    scene.save(newest)


WRONG: list[Callable[[Scene], None]] = [
    not_claimed, account_signed_out, account_disconnected, account_of_another_network, version_bytes_changed,
    version_unreadable, version_of_another_post, version_with_another_number, text_changed_in_the_version,
    text_and_digest_changed, alt_text_and_digest_changed, digest_changed, account_not_in_the_version,
    contributor_signed, not_signed, signature_unreadable, signature_forged, statement_changed, after_the_window,
    authorization_open, finding_open,
    hold(Scope.ALL, lambda scene: "everything"),
    hold(Scope.ACCOUNT, lambda scene: scene.delivery.account_id),
    hold(Scope.POST, lambda scene: scene.delivery.post_id),
    *map(already, (S.PUBLISHED, S.UNCERTAIN, S.PENDING, S.SENDING)),
    *map(tried_before, ("", "published", "pending", "uncertain")),
    *map(not_scheduled, sorted(set(PostState) - {PostState.SCHEDULED})),
    *map(newer, (without_the_account, with_another_text, for_another_time)),
    newest_version_missing, newest_version_unreadable,
]  # fmt: skip
ALONE = [*WRONG, account_unknown, version_missing]  # the last two end the reading of everything else
