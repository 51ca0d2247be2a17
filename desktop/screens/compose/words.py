"""The words that several parts of Compose use for one thing."""

from __future__ import annotations

from datetime import datetime

from desktop.moments import Moments
from editorial.posts.listing import Listed
from editorial.posts.states import PostState
from editorial.wall import label_at
from editorial.when import Choice, When

STATES = {
    PostState.DRAFT: "draft",
    PostState.IN_REVIEW: "inReview",
    PostState.CHANGES_REQUESTED: "changes",
    PostState.APPROVED: "approved",
    PostState.SCHEDULED: "scheduled",
    PostState.PUBLISHED: "sent",
    PostState.DISCARDED: "takedown",
}
"""The design's name of a post's state."""

STATE_WORDS = {PostState.PUBLISHED: "Published", PostState.DISCARDED: "Discarded"}
"""Where the design's own word belongs to deliveries."""

GROUPS = (
    (PostState.CHANGES_REQUESTED, "Changes requested"),
    (PostState.DRAFT, "Drafts"),
    (PostState.IN_REVIEW, "In review"),
    (PostState.APPROVED, "Approved, no time yet"),
    (PostState.SCHEDULED, "Scheduled"),
)
"""The order of work."""


def title_of(title: str) -> str:
    """A post's title, or what stands in for it."""
    return title.strip() or "Untitled post"


def when_words(when: When, due: datetime | None, moments: Moments) -> str:
    """When a post goes out, in few words: `Fri 12 Mar, 09:30`."""
    if when.choice is Choice.SOON:
        return "As soon as approved"
    if due is not None:
        return moments.when(due)
    return "Time to be chosen" if when.choice is Choice.SET else "No date yet"


def zone_words(when: When, due: datetime | None) -> str:
    """What the zone of a set time is called then: `EST`."""
    return label_at(due, when.zone) if when.choice is Choice.SET and due is not None else ""


def second_line(row: Listed, moments: Moments) -> tuple[str, str]:
    """The quiet words under a title, and their tone."""
    if row.state is PostState.CHANGES_REQUESTED and row.asked_by:
        first = row.asked_by.split()[0]
        return (f"{first} asks for a change" if row.asked == 1 else f"{first} asks for {row.asked} changes"), "warning"
    when = when_words(row.when, row.due, moments)
    if row.state is PostState.IN_REVIEW and row.stage:
        return f"{row.stage}, {when[0].lower() + when[1:] if row.due is None else 'due ' + when}", "secondary"
    return when, "secondary"
