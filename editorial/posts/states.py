"""The states of a post and which one may follow which: one table, checked at every move."""

from enum import StrEnum

from editorial.errors import ChangedMeanwhileError


class PostState(StrEnum):
    """Where a post stands. Deliveries have states of their own (see editorial.delivery)."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"  # signed, without a delivery
    SCHEDULED = "scheduled"  # signed, with deliveries that are not all final
    PUBLISHED = "published"  # every delivery is final and at least one went out
    DISCARDED = "discarded"


_D, _R, _C, _A, _S, _P, _X = (
    PostState.DRAFT,
    PostState.IN_REVIEW,
    PostState.CHANGES_REQUESTED,
    PostState.APPROVED,
    PostState.SCHEDULED,
    PostState.PUBLISHED,
    PostState.DISCARDED,
)

MOVES: dict[PostState, frozenset[PostState]] = {
    _D: frozenset({_R, _X}),
    _R: frozenset({_R, _C, _A, _S, _D, _P}),
    _C: frozenset({_R, _X, _D, _P}),
    _A: frozenset({_R, _S, _D, _X}),
    _S: frozenset({_R, _A, _P, _D}),
    _P: frozenset(),
    _X: frozenset(),
}
"""From each state, the states that may follow. Published is final: a correction is a post of its own."""


def move(current: str, target: PostState) -> PostState:
    """`target`, or ChangedMeanwhileError when the table does not allow it from `current`."""
    if target not in MOVES[PostState(current)]:
        raise ChangedMeanwhileError(
            "This post has moved on",
            f"It is {current.replace('_', ' ')} now, so it cannot become {target.replace('_', ' ')}.",
            "Look at it again.",
        )
    return target
