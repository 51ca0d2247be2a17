"""Copying a post to several dates: separate drafts, each of which is signed by itself. There is no recurring post."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.changes import Changes
from editorial.clock import stamp
from editorial.desk import Desk
from editorial.errors import BadInputError, ChangedMeanwhileError
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.planning.plan import Plan
from editorial.planning.reading import plan_in
from editorial.posts.correcting import masters
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import EDITABLE, new_post
from editorial.posts.path import contributors_of
from editorial.posts.records import as_body, draft_of, post_of, revision_of
from editorial.posts.states import PostState
from editorial.store.models import Post
from editorial.when import When, window_for

MOST = 31
"""Dates at a time."""


def due_of_copy(when: When, plan: Plan, accounts: Sequence[str], now: datetime) -> datetime:
    """The instant of one date for a copy. Raises BadInputError for a time that is doubtful, past or in a blackout."""
    due = window_for(when, now).not_before
    if due is None:
        raise BadInputError("A copy needs a time", "Nothing was copied.", "Choose one.", field="time")
    refusal = plan.refusal(due, accounts, now)
    if refusal is not None:
        raise refusal
    return due


class Copying:
    """The command that copies a post."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def copy(self, actor: Actor, post_id: str, dates: Sequence[When]) -> tuple[tuple[str, ...], Changes]:
        """One new draft for each date, with the post's title, texts, accounts, pictures and authorizations.

        The same time twice makes one. Whoever wrote the post wrote its copies, too: they do not sign them. Returns the
        ids, the earliest date first. Raises BadInputError for a date that cannot be, NotAllowedError for other than
        writers, ChangedMeanwhileError for a discarded post; then nothing was copied.
        """
        with self._desk.writing(actor) as unit:
            must(roles_of(self._desk, unit.session, actor), May.WRITE)
            post = post_of(unit.session, post_id)
            body = _body(unit.session, post)
            plan = plan_in(unit.session, unit.now, body.accounts, (post.id,))
            found = {due_of_copy(when, plan, body.accounts, unit.now): when for when in dates}
            if not 0 < len(found) <= MOST:
                raise BadInputError(
                    "Too many dates" if found else "No date is chosen",
                    f"A post is copied to 1 to {MOST} dates at a time.",
                    field="dates",
                )
            draft, _ = draft_of(unit.session, post.id)
            wrote = contributors_of(unit.session, post, draft, actor.id) | set(draft.editors)
            copies = []
            for due in sorted(found):
                copy = new_post(unit, actor, replace(body, when=found[due]), wrote)
                said = {"number": copy.number, "copied_from": post.number, "due": stamp(due)}
                unit.record(Action.POST_OPENED, "post", copy.id, body=said)
                copies.append(copy)
            said = {"posts": [each.number for each in copies]}
            unit.record(Action.POST_COPIED, "post", post.id, revision=post.revision, body=said)
        return tuple(each.id for each in copies), unit.changes


def _body(session: Session, post: Post) -> DraftBody:
    """What a copy begins with. Reasons, for warnings kept or a hurry, were given for the post itself and stay there."""
    if post.state == PostState.DISCARDED:
        raise ChangedMeanwhileError("This post was discarded", "Nothing was copied.", "Open a new post.")
    if post.state in EDITABLE:
        body = draft_of(session, post.id)[1]
    else:
        _, snapshot = revision_of(session, post.id, post.revision)
        body = replace(as_body(snapshot), media=masters(session, snapshot))
    return replace(body, crisis="", corrects="", kept={})
