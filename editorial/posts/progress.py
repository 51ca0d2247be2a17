"""How far a version's route is: which of the signatures given for its post count for it."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from editorial.charter.chain import VerifiedCharter
from editorial.posts.records import DamagedError, Versions, envelopes_of, snapshot_in, versions_of
from editorial.posts.revision import Snapshot
from editorial.signoff.approval import StageProgress, covers, progress, valid_statements, waits_for, window_of
from editorial.signoff.statement import SignoffError, Statement, verify_signoff
from editorial.store.models import Post, Revision
from editorial.store.remarks import Comment
from editorial.when import Choice


def stages_of(
    session: Session,
    charter: VerifiedCharter,
    post: Post,
    snapshot: Snapshot,
    *,
    at: datetime | None = None,
    digests: dict[str, str] | None = None,
) -> tuple[StageProgress, ...]:
    """The route's stages with the signatures that count for this version at its planned time, or `at` another.

    A signature counts while the charter confirms it, its content, time and authorizations are what was signed, and
    nobody asked for changes since. A route that is gone is the one it last was: whoever signs or sends asks for the
    charter's own. "As soon as approved" is a choice of its own: only a signature that said so covers
    it. With `digests` (account id to content digest) the question is about those accounts alone.
    """
    return stages_among(session, charter, versions_of(session, post.id), snapshot, at=at, digests=digests)


def stages_among(
    session: Session,
    charter: VerifiedCharter,
    versions: Versions,
    snapshot: Snapshot,
    *,
    at: datetime | None = None,
    digests: dict[str, str] | None = None,
) -> tuple[StageProgress, ...]:
    """`stages_of` for a post whose versions were read in this transaction."""
    envelopes = envelopes_of(session, versions.post_id)
    statements, contributors = bound(versions, snapshot, valid_statements(envelopes, charter))
    statements = _standing(session, versions, snapshot, statements)
    if snapshot.when.choice is Choice.SOON:
        statements = [each for each in statements if each.as_soon_as_approved]
    return progress(
        charter.known_route(snapshot.route),
        statements,
        post_id=versions.post_id,
        digests=snapshot.digests() if digests is None else digests,
        contributors=sorted(contributors),
        at=at or snapshot.due,
    )


def bound(
    versions: Versions, snapshot: Snapshot, statements: Sequence[Statement]
) -> tuple[list[Statement], frozenset[str]]:
    """The statements whose own version is stored as signed and rests on the same; and who wrote.

    A statement names the digest of the whole version it was given for. So who wrote that version, which route it took
    and what it rests on is as sure as the signature, whatever somebody does to the rows.
    """
    kept, contributors = [], set(snapshot.contributors)
    for statement in statements:
        row = versions.by_digest(statement.revision)
        if row is None or row.number != statement.number:
            continue
        try:
            signed = snapshot_in(row)
        except DamagedError:
            continue
        if signed.post_id == versions.post_id and signed.rests_as(snapshot) and signed.lists(statement.accounts):
            kept.append(statement)
            contributors |= set(signed.contributors)
    return kept, frozenset(contributors)


def doubts_about(
    session: Session,
    charter: VerifiedCharter,
    versions: Versions,
    snapshot: Snapshot,
    *,
    at: datetime,
    digests: dict[str, str],
) -> tuple[str, ...]:
    """Why signatures that were given for the post do not count for these contents at `at`, one sentence each."""
    said = []
    for envelope in envelopes_of(session, versions.post_id):
        try:
            statement = verify_signoff(envelope, charter)
        except SignoffError as error:
            said.append(error.what)
            continue
        kept, contributors = bound(versions, snapshot, [statement])
        window = window_of(statement)
        name = statement.signer["name"]
        if not all(covers(statement, versions.post_id, account, digest) for account, digest in digests.items()):
            said.append(f"{name} signed other content.")
        elif not kept:
            other = "took another route or rests on other authorizations"
            said.append(f"The version that {name} signed is stored otherwise now, {other}.")
        elif statement.signer["id"] in contributors:
            said.append(f"{name} wrote or edited it.")
        elif statement.signer["deputy_for"] in contributors:
            said.append(f"{name} signed in the place of somebody who wrote or edited it.")
        elif window is None or not window.holds(at):
            said.append(f"{name} signed for another time.")
    return tuple(said)


def approved(
    session: Session, charter: VerifiedCharter, post: Post, snapshot: Snapshot, *, at: datetime | None = None
) -> bool:
    """Whether the route is complete for every account of this version, at its planned time or `at` another."""
    return waits_for(stages_of(session, charter, post, snapshot, at=at)) is None


def _standing(
    session: Session, versions: Versions, snapshot: Snapshot, statements: Sequence[Statement]
) -> list[Statement]:
    """Without those that an edit or a request for changes ended: content that comes back is signed again."""
    if all(statement.number >= snapshot.number for statement in statements):
        return list(statements)
    oldest = snapshot.number
    asked = _asked(session, versions.post_id)
    while oldest > 1 and oldest - 1 not in asked and _holds(versions.numbered(oldest - 1), snapshot):
        oldest -= 1
    return [statement for statement in statements if statement.number >= oldest]


def _asked(session: Session, post_id: str) -> frozenset[int]:
    """The versions for which somebody asked for changes."""
    numbers = select(Revision.number).join(Comment, col(Comment.revision_id) == col(Revision.id))
    return frozenset(session.exec(numbers.where(Comment.post_id == post_id, Comment.kind == "request")))


def _holds(earlier: Snapshot, snapshot: Snapshot) -> bool:
    """Whether an earlier version had every account's content exactly as this one has it, on the same authorizations."""
    same = earlier.authorizations == snapshot.authorizations
    return same and snapshot.digests().items() <= earlier.digests().items()
