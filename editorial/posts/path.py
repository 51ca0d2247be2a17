"""The way to approval that a draft would take as it is now, and whether people are left to walk it. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from editorial.charter.document import Charter, Route, RouteKind
from editorial.checks import Finding
from editorial.errors import NotFoundError
from editorial.posts.draft import DraftBody
from editorial.posts.records import UNCHECKED, revision_of
from editorial.signoff.routing import kind_for, shortfall, signers_for
from editorial.store.models import Draft, Post


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the way: how many sign it, and the names of those who could."""

    name: str
    count: int
    signers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A route as Compose shows it. `problem` says why nobody could walk it to its end; empty while somebody can.

    `crisis_kept_out`: the short route was asked for, and the content does not allow it: it could be about a patient.
    """

    kind: RouteKind
    name: str
    steps: tuple[Step, ...]
    problem: str = ""
    crisis_kept_out: bool = False
    passes_hold: bool = False  # it goes out even while everything is on hold

    @property
    def signatures(self) -> int:
        """How many signatures it takes."""
        return sum(step.count for step in self.steps)


def contributors_of(session: Session, post: Post, draft: Draft, actor_id: str) -> frozenset[str]:
    """Everybody who wrote the draft or an earlier version: none of them may sign it.

    Where somebody typed whose passphrase was not checked, whoever acts answers for the text and becomes one, too.
    """
    earlier: tuple[str, ...] = ()
    if post.revision:
        earlier = revision_of(session, post.id, post.revision)[1].contributors
    found = {post.author_id, *earlier, *draft.editors}
    return frozenset((found - {UNCHECKED}) | {actor_id} if UNCHECKED in found else found)


def path_of(
    charter: Charter, body: DraftBody, findings: Iterable[Finding], contributors: frozenset[str], at: datetime
) -> Path:
    """The route that the draft asks for, with who could sign each stage at that moment."""
    kind = kind_for(
        authorizations=body.authorizations,
        findings=[{"severity": each.severity, "category": each.category} for each in findings],
        crisis=bool(body.crisis.strip()),
        corrects=bool(body.corrects),
    )
    kept_out = bool(body.crisis.strip()) and kind is not RouteKind.CRISIS
    passes = kind is RouteKind.CRISIS and charter.crisis_passes_hold
    try:
        route = charter.route_for(kind)
    except NotFoundError as error:
        return Path(kind, kind.value.capitalize(), (), f"{error.title}. {error.advice}", kept_out, passes)
    steps = tuple(
        Step(stage.name, stage.count, tuple(each.name for each in signers_for(stage, charter, contributors, at)))
        for stage in route.stages
    )
    return Path(kind, route.name, steps, why_blocked(route, charter, contributors, at), kept_out, passes)


def why_blocked(route: Route, charter: Charter, contributors: Iterable[str], at: datetime) -> str:
    """Which stage nobody is left for, in words; empty where the route can be walked."""
    lacking = shortfall(route, charter, frozenset(contributors), at)
    return f"Nobody is left for “{lacking.name}”" if lacking else ""
