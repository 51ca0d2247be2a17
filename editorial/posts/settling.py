"""Findings that could be about a patient: who settles them in a sign-off, and with which words. The gate asks again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from editorial.charter.document import Role
from editorial.checks import Severity
from editorial.errors import BadInputError
from editorial.posts.revision import Snapshot
from editorial.signoff.approval import StageProgress
from editorial.signoff.statement import COVERED, SEEN, Statement, is_settling


@dataclass(frozen=True, slots=True)
class Settled:
    """What a privacy officer signed of a finding: it begins with `COVERED` or `NOT_A_PATIENT`."""

    name: str
    how: str


def to_settle(snapshot: Snapshot) -> tuple[int, ...]:
    """The places, among a version's findings, of those that a privacy officer has to settle."""
    return tuple(place for place, finding in enumerate(snapshot.findings) if finding["severity"] == Severity.REVIEW)


def settled_by(
    role: Role, snapshot: Snapshot, said: Mapping[int, str], authorizations: Collection[str]
) -> tuple[dict[str, str], ...]:
    """How each finding of the version is settled by a signature in this role, in the order of the findings.

    A privacy officer says of each finding that could be about a patient that one of `authorizations` covers it (those
    that the version rests on and that allow it now, as people name them), or why it is no patient identifier. Raises
    BadInputError where that is missing; its `field` is the finding's place.
    """
    found = []
    for place, finding in enumerate(snapshot.findings):
        how = SEEN
        if finding["severity"] == Severity.REVIEW and role is Role.PRIVACY_OFFICER:
            how = _reason(place, said.get(place, "").strip(), authorizations)
        elif finding["settled"]:
            how = f"kept by the author: {finding['settled']}"
        found.append({"rule": finding["rule"], "how": how})
    return tuple(found)


def _reason(place: int, how: str, authorizations: Collection[str]) -> str:
    if not is_settling(how):
        raise BadInputError(
            "A finding about a patient is not settled",
            "Nothing was signed.",
            "Say which authorization covers it, or why it is no patient identifier.",
            field=str(place),
        )
    if how.startswith(COVERED) and how.removeprefix(COVERED) not in authorizations:
        raise BadInputError(
            "This version does not rest on that authorization, or it does not allow this now",
            "Nothing was signed.",
            "Choose one that it rests on, or ask its author to link it.",
            field=str(place),
        )
    return how


def settlements(snapshot: Snapshot, digest: str, stages: Sequence[StageProgress]) -> dict[int, tuple[Settled, ...]]:
    """What was signed of the findings that need settling, by signatures that count for the version with this digest."""
    officers = [each for stage in stages for each in stage.given if each.signer["role"] == Role.PRIVACY_OFFICER]
    return {
        place: tuple(
            Settled(each.signer["name"], how)
            for each in officers
            for how in _said_of(each, place, snapshot.findings[place]["rule"], same=each.revision == digest)
        )
        for place in to_settle(snapshot)
    }


def _said_of(statement: Statement, place: int, rule: str, *, same: bool) -> tuple[str, ...]:
    """A signature for this very version tells its findings in their order; one for an earlier version, by rule."""
    findings = statement.findings[place : place + 1] if same else statement.findings
    hows = dict.fromkeys(each["how"] for each in findings if each["rule"] == rule)
    return tuple(how for how in hows if is_settling(how))
