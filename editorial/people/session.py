"""Who is signed in, and the roles that the charter gives them. A session lives in memory and ends with the process."""

from dataclasses import dataclass

from sqlmodel import Session

from editorial.actors import Actor
from editorial.charter.document import Role
from editorial.desk import Desk
from editorial.errors import NotAllowedError


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person at this desk."""

    person_id: str
    name: str
    roles: frozenset[Role]
    actor: Actor


RANK = (
    Role.PRIVACY_OFFICER,
    Role.COMMUNICATIONS_LEAD,
    Role.CLINICAL_REVIEWER,
    Role.ADMINISTRATOR,
    Role.COMPLIANCE_OFFICER,
    Role.AUTHOR,
    Role.DUTY_MANAGER,
)
"""Which role stands under a name when somebody holds several."""


def main_role(roles: frozenset[Role]) -> Role:
    """The role that is shown and recorded for a person who acts without a stage."""
    return next((role for role in RANK if role in roles), Role.AUTHOR)


def roles_of(desk: Desk, session: Session, actor: Actor) -> frozenset[Role]:
    """The roles that the verified charter gives this actor today. Raises NotAllowedError for one it does not know."""
    member = desk.charter(session).member(actor.id)
    if member is None or not member.active:
        raise NotAllowedError("The charter does not know you any more", "Nothing was changed.", "Ask an administrator.")
    return member.roles
