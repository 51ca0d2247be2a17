"""Which route a version takes, and whether there are people to walk it. Pure rules over what the version says.

The gate asks again: a version that went down an easier route than its content asks for is not sent.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from editorial.charter.document import Charter, Member, Route, RouteKind, Stage
from editorial.checks import Severity

CLINICAL = "clinical"
"""The category of findings about claims on treatment."""

CHOSEN_WHEN: dict[RouteKind, str] = {
    RouteKind.STORY: "An authorization is linked, or a finding could concern a patient. This goes before all others.",
    RouteKind.CRISIS: "Its author says that it is about a crisis, and why.",
    RouteKind.CLINICAL: "A finding is about a claim on treatment.",
    RouteKind.CORRECTION: "It corrects a post.",
    RouteKind.ROUTINE: "Nothing asks for another route.",
}
"""Which posts take a route of the kind, in words, in the order in which `kind_for` asks."""


def kind_for(
    *, authorizations: Collection[str], findings: Iterable[Mapping[str, Any]], crisis: bool, corrects: bool
) -> RouteKind:
    """The kind of route for such a version; what could concern a patient goes before everything else, also in a crisis.

    `findings` are those of a snapshot: each with at least its `severity` and `category`.
    """
    found = list(findings)
    if authorizations or any(finding["severity"] == Severity.REVIEW for finding in found):
        return RouteKind.STORY
    if crisis:
        return RouteKind.CRISIS
    if any(finding["category"] == CLINICAL for finding in found):
        return RouteKind.CLINICAL
    return RouteKind.CORRECTION if corrects else RouteKind.ROUTINE


def signers_for(stage: Stage, charter: Charter, contributors: Collection[str], at: datetime) -> tuple[Member, ...]:
    """Who could sign the stage at that moment: those whom it names by role or person, and their deputies."""
    return tuple(
        member
        for member in charter.members
        if member.active
        and member.id not in contributors
        and stands_for(stage, charter, member, contributors, at) is not None
    )


def stands_for(
    stage: Stage, charter: Charter, member: Member, contributors: Collection[str], at: datetime
) -> Member | None:
    """In whose place this person signs the stage: their own first, else that of somebody whose deputy they are.

    Nobody stands in for a contributor: what they may not sign themselves they cannot have signed for them either.
    """
    principals = (each for each in charter.principals(member.id, at) if each.id not in contributors)
    return next((each for each in (member, *principals) if stage.role_of(each) is not None), None)


def deputies_of(stage: Stage, charter: Charter, contributors: Collection[str], at: datetime) -> tuple[Member, ...]:
    """Who could sign the stage at that moment, and only in somebody's place."""
    return tuple(each for each in signers_for(stage, charter, contributors, at) if stage.role_of(each) is None)


def shortfall(route: Route, charter: Charter, contributors: Collection[str], at: datetime) -> Stage | None:
    """The first stage for which too few people are left, each signing one stage; None where the route can be walked.

    A matching of signatures to people (Hall's condition, by augmenting paths): taking the next best person for each
    stage would give up on routes that can be walked.
    """
    taken: dict[str, tuple[int, int]] = {}
    able = [[each.id for each in signers_for(stage, charter, contributors, at)] for stage in route.stages]
    for place, stage in enumerate(route.stages):
        for turn in range(stage.count):
            if not _seat((place, turn), able, taken, set()):
                return stage
    return None


def _seat(
    slot: tuple[int, int], able: Sequence[Sequence[str]], taken: dict[str, tuple[int, int]], seen: set[str]
) -> bool:
    """Finds somebody for one signature, moving others to signatures that they could give as well."""
    for person in able[slot[0]]:
        if person in seen:
            continue
        seen.add(person)
        if person not in taken or _seat(taken[person], able, taken, seen):
            taken[person] = slot
            return True
    return False
