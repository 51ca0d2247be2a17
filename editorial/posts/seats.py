"""Which stage of a version a person may sign, in which role and in whose place. Four eyes are asked elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from editorial.charter.document import Charter, Member, Role, Stage
from editorial.signoff.approval import StageProgress, open_stages
from editorial.signoff.routing import stands_for


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


def seat_for(charter: Charter, stages: Sequence[StageProgress], person_id: str, at: datetime) -> Seat | None:
    """The first open stage that this person may sign, in their own role before another's. Four eyes are not asked."""
    member = charter.member(person_id)
    if member is None or not member.active:
        return None
    for each in open_stages(stages):
        holder = stands_for(each.stage, charter, member, at)
        role = each.stage.role_of(holder) if holder is not None else None
        if holder is not None and role is not None:
            return Seat(each.stage, member, role, "" if holder is member else holder.id)
    return None
