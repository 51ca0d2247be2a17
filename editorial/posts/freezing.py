"""Turning a working draft into an immutable version, and what an edit does to signatures and deliveries."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from editorial.audit.actions import Action
from editorial.authorizations.standing import frozen_names
from editorial.canonical import digest
from editorial.charter.chain import VerifiedCharter
from editorial.charter.document import Charter, Route
from editorial.checks import Finding
from editorial.content import AccountContent
from editorial.desk import Desk
from editorial.errors import BadInputError, ChangedMeanwhileError
from editorial.ids import new_id
from editorial.posts.checking import check_context
from editorial.posts.draft import DraftBody
from editorial.posts.path import contributors_of, why_blocked
from editorial.posts.pictures import Fitted
from editorial.posts.progress import bound
from editorial.posts.records import envelopes_of, revision_of, targets, versions_of
from editorial.posts.revision import Snapshot
from editorial.posts.schedule import begun, cancel_open, refuse_in_blackout, refuse_while_going_on
from editorial.signoff.approval import covers, valid_statements
from editorial.store.models import Account, Draft, Post, Revision
from editorial.store.unit import Unit
from editorial.when import Choice, tzdata_version, window_for


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft's contents for its accounts, and what the rules found in them."""

    contents: tuple[AccountContent, ...]
    findings: tuple[Finding, ...]


def checked(desk: Desk, session: Session, post_id: str, body: DraftBody, pictures: Fitted) -> Checked:
    """What would be frozen now, with each account's own pictures.

    Raises BadInputError for an account that nothing can be sent to, and as `Fitted.put_into`.
    """
    accounts = session.exec(select(Account).where(col(Account.id).in_(body.accounts))).all()
    gone = [row.label for row in accounts if row.state == "disconnected"]
    if gone or len(accounts) < len(set(body.accounts)):
        raise BadInputError(
            f"{', '.join(gone) or 'An account'} is not connected any more",
            "Nothing can be sent there.",
            "Take it off the post, or connect it again.",
            field="accounts",
        )
    contents = body.contents(post_id, targets(session, only=body.accounts))
    findings = desk.rules.check(contents, check_context(accounts))
    return Checked(pictures.put_into(contents), findings)


def freeze(desk: Desk, unit: Unit, post: Post, draft: Draft, body: DraftBody, found: Checked) -> Snapshot:
    """Writes the next version of the post from its draft. Raises BadInputError for a time that cannot be, or may not.

    The contributors of all earlier versions stay contributors: nobody signs what they once wrote.
    """
    snapshot = Snapshot(
        post_id=post.id,
        number=post.revision + 1,
        title=body.title,
        contents=found.contents,
        when=body.when,
        due=body.when.due(unit.now) if body.when.choice is Choice.SET else None,
        window=window_for(body.when, unit.now),
        contributors=tuple(sorted(contributors_of(unit.session, post, draft, unit.actor.id))),
        findings=tuple(_summary(found.findings, body)),
        rules=desk.rules.digest(),
        route="",
        tzdata=tzdata_version(),
        authorizations=frozen_names(unit.session, body.authorizations, found.contents, unit.now),
        crisis=body.crisis.strip(),
        corrects=body.corrects,
    )
    snapshot = replace(snapshot, route=_route(desk.charter(unit.session).charter, snapshot, unit.now).name)
    if snapshot.due is not None:
        refuse_in_blackout(unit, snapshot, snapshot.due)
    _store(unit, post, draft, snapshot)
    return snapshot


def _summary(findings: Iterable[Finding], body: DraftBody) -> Iterable[dict[str, str]]:
    return (
        {
            "rule": each.rule, "category": each.category, "severity": str(each.severity), "where": each.where,
            "cause": each.cause, "settled": body.kept_because(each),
        }
        for each in findings
    )  # fmt: skip


def _route(charter: Charter, snapshot: Snapshot, now: datetime) -> Route:
    """The route that the version's content asks for. Raises BadInputError where too few people could walk it."""
    route = charter.route_for(snapshot.route_kind())
    problem = why_blocked(route, charter, snapshot.contributors, now)
    if problem:
        raise BadInputError(
            problem,
            f"The {route.name} route needs people who did not write or edit this post, one for each signature.",
            "Ask an administrator to add somebody, or a deputy.",
            field="route",
        )
    return route


def _store(unit: Unit, post: Post, draft: Draft, snapshot: Snapshot) -> None:
    encoded = snapshot.encode()
    unit.session.add(
        Revision(
            id=new_id("rev"),
            post_id=post.id,
            number=snapshot.number,
            digest=digest(encoded),
            content=encoded,
            frozen_by=unit.actor.id,
            frozen_at=unit.now,
        )
    )
    post.revision = snapshot.number
    draft.editors = []
    unit.session.add(draft)
    unit.session.flush()
    body = {"digest": digest(encoded), "accounts": snapshot.digests(), "contributors": list(snapshot.contributors)}
    unit.record(Action.REVISION_FROZEN, "post", post.id, revision=snapshot.number, body=body)


def carry_over(desk: Desk, unit: Unit, post: Post, snapshot: Snapshot) -> None:
    """What a new version does to its predecessors: signatures of what changed end, nothing of them goes out.

    A signature needs no row changed: it lists digests, and is bound to what its version rested on. Raises
    ChangedMeanwhileError where content changed that is live, or may be.
    """
    if snapshot.number == 1:
        return
    before, after = revision_of(unit.session, post.id, snapshot.number - 1)[1], snapshot.digests()
    refuse_while_going_on(unit, post.id)
    live = [each.label for each in begun(unit, post.id) if after.get(each.account_id, each.digest) != each.digest]
    if live:
        raise ChangedMeanwhileError(
            f"It went to {', '.join(live)} already",
            "What is published stays as it was signed.",
            "Open a new post to say more, or undo the change there.",
        )
    if ended := _ended(unit.session, desk.charter(unit.session), before, snapshot):
        unit.record(Action.SIGN_OFFS_ENDED, "post", post.id, revision=snapshot.number, body={"accounts": ended})
    cancel_open(unit, post.id, f"Version {snapshot.number} replaced it", "edited")


def _ended(session: Session, charter: VerifiedCharter, before: Snapshot, snapshot: Snapshot) -> list[str]:
    """The accounts whose signatures end with the version that follows.

    Those of other content; and all of them where it rests on other authorizations, takes another route or has another
    reason for it: nobody signed these words for that.
    """
    given = valid_statements(envelopes_of(session, snapshot.post_id), charter)
    statements, _ = bound(versions_of(session, snapshot.post_id), before, given)
    after, same = snapshot.digests(), snapshot.rests_as(before)
    return [
        account
        for account, digest in sorted(before.digests().items())
        if not (same and after.get(account) == digest)
        and any(covers(each, snapshot.post_id, account, digest) for each in statements)
    ]
