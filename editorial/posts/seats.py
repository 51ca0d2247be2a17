"""Which stage of a version a person may sign, in which role and in whose place, and why somebody may sign none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from editorial.actors import Actor
from editorial.charter.chain import VerifiedCharter
from editorial.charter.document import Charter, Member, Role, Stage
from editorial.posts.revision import Snapshot
from editorial.signoff.approval import StageProgress, open_stages, waits_for
from editorial.signoff.routing import stands_for
from editorial.store.models import Draft, Post


def takers(charter: Charter, stage: Stage) -> str:
    """Who signs the stage, by role and by name: `a privacy officer or Helen Castellanos`."""
    named = [member.name for member in charter.members if member.id in stage.people]
    roles = [f"a {role.label.lower()}" for role in sorted(stage.roles)]
    return " or ".join([*roles, *named])


@dataclass(frozen=True, slots=True)
class Seat:
    """A stage that a person may sign now: who they are, in which role, and in whose place (empty: their own)."""

    stage: Stage
    member: Member
    role: Role
    deputy_for: str = ""


def seat_for(
    charter: Charter, stages: Sequence[StageProgress], person_id: str, contributors: Collection[str], at: datetime
) -> Seat | None:
    """The first open stage that this person may sign, in their own role before another's: never a contributor's.

    Whether they are a contributor themselves, or signed another stage, is not asked.
    """
    member = charter.member(person_id)
    if member is None or not member.active:
        return None
    for each in open_stages(stages):
        holder = stands_for(each.stage, charter, member, contributors, at)
        role = each.stage.role_of(holder) if holder is not None else None
        if holder is not None and role is not None:
            return Seat(each.stage, member, role, "" if holder is member else holder.id)
    return None


@dataclass(frozen=True, slots=True)
class Asking:
    """Who wants to sign what, and when."""

    snapshot: Snapshot
    actor: Actor
    now: datetime


def writers(session: Session, post_id: str, snapshot: Snapshot) -> frozenset[str]:
    """Everybody who wrote the version or one before it, and who typed in the draft since."""
    draft = session.get(Draft, post_id)
    return frozenset((*snapshot.contributors, *(draft.editors if draft is not None else ())))


def objection(
    session: Session, charter: VerifiedCharter, post: Post, stages: Sequence[StageProgress], asking: Asking
) -> str:
    """Why a person cannot sign a version now, in words; empty when they can."""
    actor, wrote = asking.actor, writers(session, post.id, asking.snapshot)
    if all(route.name != asking.snapshot.route for route in charter.charter.routes):
        return f"The route {asking.snapshot.route} is gone from the charter. The author sends the post to review again."
    if waits_for(stages) is None:
        return "Every stage is signed."
    if not actor.verified:
        return "Your passphrase was not checked at sign-in, so nothing can be signed."
    if actor.id in wrote:
        return "You wrote or edited this post. Somebody else signs it."
    if any(statement.signer["id"] == actor.id for stage in stages for statement in stage.given):
        return "You signed another stage. One person signs one stage."
    if seat_for(charter.charter, stages, actor.id, wrote, asking.now) is None:
        return _no_seat(charter.charter, stages, asking, wrote)
    if asking.snapshot.window.not_after < asking.now:
        return "The time in which this version could go out has ended. Its author sends it to review again."
    return ""


def _no_seat(charter: Charter, stages: Sequence[StageProgress], asking: Asking, wrote: Collection[str]) -> str:
    would = seat_for(charter, stages, asking.actor.id, (), asking.now)
    principal = charter.member(would.deputy_for) if would is not None else None
    if principal is not None and principal.id in wrote:
        return f"{principal.name} wrote or edited this post, so nobody signs in their place."
    waiting = open_stages(stages)
    return " ".join(f"“{each.stage.name}” is signed by {takers(charter, each.stage)}." for each in waiting)
