"""The people of demo and tour workspaces, and making such a workspace. Their passphrases are no secret."""

from dataclasses import dataclass
from pathlib import Path

from editorial.charter.document import Role
from editorial.clock import Clock
from editorial.desk import Desk
from editorial.people.desk_people import People, Signer, with_member
from editorial.people.session import SignedIn
from editorial.people.setup import NewWorkspace, create_workspace
from editorial.policy import Policies

ORGANIZATION = "Alder Bay Hospital"
ZONE = "America/New_York"


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody invented."""

    name: str
    sign_in: str
    passphrase: str
    roles: frozenset[Role]


JONAS = Character(
    "Jonas Lindqvist",
    "jonas",
    "quiet harbour seven lanterns",
    frozenset({Role.ADMINISTRATOR, Role.COMMUNICATIONS_LEAD}),
)
HELEN = Character(
    "Helen Castellanos",
    "helen",
    "copper meadow eleven violins",
    frozenset({Role.PRIVACY_OFFICER, Role.COMPLIANCE_OFFICER}),
)
MIRA = Character("Mira Okafor", "mira", "amber window forty sparrows", frozenset({Role.AUTHOR}))
EVERYBODY = (JONAS, HELEN, MIRA)


@dataclass(frozen=True, slots=True)
class Cast:
    """A staffed workspace with everybody signed in."""

    desk: Desk
    people: People
    jonas: SignedIn
    helen: SignedIn
    mira: SignedIn


def staff(folder: Path, kind: str, clock: Clock | None = None) -> Cast:
    """A new workspace with three people and a charter that two of them signed. Raises VaultError, BadInputError."""
    new = NewWorkspace(ORGANIZATION, ZONE, JONAS.name, JONAS.sign_in, JONAS.passphrase, roles=JONAS.roles, kind=kind)
    desk, _secret = create_workspace(folder, new, clock=clock)
    people = People(desk)
    jonas = people.sign_in(people.cards()[0].id, JONAS.passphrase)
    boss = Signer(jonas.person_id, JONAS.passphrase)
    helen_line = people.enroll(jonas.actor, HELEN.name, HELEN.sign_in, HELEN.passphrase)
    second = Signer(helen_line.id, HELEN.passphrase)
    people.amend(jonas.actor, with_member(helen_line, HELEN.roles), (boss, second))
    mira_line = people.enroll(jonas.actor, MIRA.name, MIRA.sign_in, MIRA.passphrase)
    people.amend(jonas.actor, with_member(mira_line, MIRA.roles), (boss, second))
    everybody = (
        people.sign_in(jonas.person_id, JONAS.passphrase),
        people.sign_in(helen_line.id, HELEN.passphrase),
        people.sign_in(mira_line.id, MIRA.passphrase),
    )
    for person in everybody:
        acknowledge(desk, person)
    return Cast(desk, people, *everybody)


def acknowledge(desk: Desk, person: SignedIn) -> None:
    """Acknowledges the policy in force for somebody invented."""
    policies = Policies(desk)
    policy = policies.in_force()
    if policy is not None:
        policies.acknowledge(person.actor, policy.digest)
