"""What a charter says, and its one form as bytes. Whether it may be believed is for `chain` to decide."""

import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from editorial.audit.note import VerifyKey
from editorial.canonical import canonical, digest
from editorial.clock import as_stored, stamp
from editorial.errors import NotFoundError
from editorial.keys.signing import key_id_of
from editorial.strict import fields, items, moment, read

PAYLOAD_TYPE = "application/vnd.signpost.charter+json"

_ID = re.compile(r"[A-Za-z0-9_.:@/-]{1,200}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_OPTIONAL = (str, type(None))


class Role(StrEnum):
    """What a person may be. The codes stand in signed documents: never rename one."""

    AUTHOR = "author"
    COMMUNICATIONS_LEAD = "communications_lead"
    PRIVACY_OFFICER = "privacy_officer"
    CLINICAL_REVIEWER = "clinical_reviewer"
    ADMINISTRATOR = "administrator"
    COMPLIANCE_OFFICER = "compliance_officer"
    DUTY_MANAGER = "duty_manager"

    @property
    def label(self) -> str:
        """The role as people read it, with a capital at the front."""
        return self.value.replace("_", " ").capitalize()


OFFICER_ROLES = frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER})
"""The roles whose holders sign new versions of the charter."""


def _shown(text: str) -> str:
    """The text without the two joiners that Persian and Indic names need; nothing else that is invisible may stand."""
    return text.replace("\u200c", "").replace("\u200d", "")


def _said(text: str, name: str) -> None:
    if not _shown(text).strip() or not _shown(text).isprintable():
        raise ValueError(f"{name} is empty or has characters that do not show")


def _listed(values: tuple[Any, ...], name: str) -> None:
    if len(set(values)) != len(values):
        raise ValueError(f"{name}: one stands twice")


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the staff. `name` is printed on signatures; `public_key` is base64 and `key_id` follows from it."""

    id: str
    name: str
    sign_in: str
    public_key: str
    key_id: str
    roles: frozenset[Role]
    active: bool = True

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError("a member's id is not written as it must be")
        _said(self.name, "name")
        _said(self.sign_in, "sign_in")
        if self.key_id != key_id_of(self.public_key):
            raise ValueError("the key's id does not belong to the key")

    @property
    def is_officer(self) -> bool:
        """Whether this person may sign new versions of the charter."""
        return self.active and bool(self.roles & OFFICER_ROLES)

    def to_data(self) -> dict[str, Any]:
        """The member as JSON data."""
        return {
            "id": self.id, "name": self.name, "sign_in": self.sign_in, "public_key": self.public_key,
            "key_id": self.key_id, "roles": sorted(self.roles), "active": self.active,
        }  # fmt: skip

    @classmethod
    def from_data(cls, data: object) -> "Member":
        """The member that `to_data` described. Raises ValueError for anything else."""
        kinds = dict.fromkeys(("id", "name", "sign_in", "public_key", "key_id"), str)
        found = fields(data, **kinds, roles=list, active=bool)
        return cls(**{**found, "roles": frozenset(Role(role) for role in items(found["roles"], str, "roles"))})


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a route: `count` different people sign that they mean `meaning`.

    Who holds one of `roles` may sign it, and who is named in `people` (member ids). With `beside` it may be signed at
    the same time as the stage before it. The times are minutes: it is due `due_minutes` before the post's own time, its
    people are reminded `remind_minutes` before that, and deputies are asked `escalate_minutes` after the reminder.
    """

    name: str
    roles: frozenset[Role]
    count: int
    meaning: str
    people: tuple[str, ...] = ()
    beside: bool = False
    due_minutes: int = 0
    remind_minutes: int = 0
    escalate_minutes: int = 0

    def __post_init__(self) -> None:
        _said(self.name, "a stage's name")
        _said(self.meaning, "a stage's meaning")
        if not (self.roles or self.people) or self.count < 1:
            raise ValueError("a stage needs a role or a person, and at least one signature")
        if min(self.due_minutes, self.remind_minutes, self.escalate_minutes) < 0:
            raise ValueError("a stage's times are not negative")
        _listed(self.people, "a stage's people")

    def role_of(self, member: Member) -> Role | None:
        """The role in which this person signs the stage: the first of theirs, by code; None where they may not."""
        held = sorted(member.roles if member.id in self.people else member.roles & self.roles)
        return held[0] if member.active and held else None

    def to_data(self) -> dict[str, Any]:
        """The stage as JSON data."""
        return {
            "name": self.name, "roles": sorted(self.roles), "count": self.count, "meaning": self.meaning,
            "people": list(self.people), "beside": self.beside, "due_minutes": self.due_minutes,
            "remind_minutes": self.remind_minutes, "escalate_minutes": self.escalate_minutes,
        }  # fmt: skip

    @classmethod
    def from_data(cls, data: object) -> "Stage":
        """The stage that `to_data` described. Raises ValueError for anything else."""
        found = fields(
            data, name=str, roles=list, count=int, meaning=str, people=list, beside=bool, due_minutes=int,
            remind_minutes=int, escalate_minutes=int,
        )  # fmt: skip
        roles = frozenset(Role(role) for role in items(found["roles"], str, "roles"))
        return cls(**{**found, "roles": roles, "people": tuple(items(found["people"], str, "people"))})


class RouteKind(StrEnum):
    """What a route is for. The kind of a version follows from its content; see `editorial.signoff.routing`."""

    ROUTINE = "routine"
    CLINICAL = "clinical"  # a claim about treatment
    STORY = "story"  # about a patient, or it could be
    CRISIS = "crisis"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Route:
    """The sign-offs that a post needs, in order."""

    name: str
    stages: tuple[Stage, ...]
    kind: RouteKind = RouteKind.ROUTINE

    def __post_init__(self) -> None:
        _said(self.name, "a route's name")
        if not self.stages:
            raise ValueError("a route needs a stage: nothing is published without a sign-off")
        _listed(tuple(stage.name for stage in self.stages), "stages")
        if self.stages[0].beside:
            raise ValueError("the first stage has none beside it")

    def stage(self, name: str) -> Stage | None:
        """The stage of that name."""
        return next((stage for stage in self.stages if stage.name == name), None)

    def to_data(self) -> dict[str, Any]:
        """The route as JSON data."""
        return {"name": self.name, "kind": str(self.kind), "stages": [stage.to_data() for stage in self.stages]}

    @classmethod
    def from_data(cls, data: object) -> "Route":
        """The route that `to_data` described. Raises ValueError for anything else."""
        found = fields(data, name=str, kind=str, stages=list)
        stages = tuple(Stage.from_data(stage) for stage in found["stages"])
        return cls(found["name"], stages, RouteKind(found["kind"]))


@dataclass(frozen=True, slots=True)
class Deputy:
    """`deputy` may sign in the place of `person` (both member ids) from `since` until `until`; both ends belong."""

    person: str
    deputy: str
    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        for name in ("since", "until"):
            object.__setattr__(self, name, as_stored(getattr(self, name)))
        if self.person == self.deputy or self.until < self.since:
            raise ValueError("a deputy is another person, for a time that does not end before it begins")

    def stands_in(self, at: datetime) -> bool:
        """Whether the deputyship holds at that moment."""
        return self.since <= at <= self.until

    def to_data(self) -> dict[str, Any]:
        """The deputyship as JSON data."""
        return {
            "person": self.person, "deputy": self.deputy, "since": stamp(self.since), "until": stamp(self.until)
        }  # fmt: skip

    @classmethod
    def from_data(cls, data: object) -> "Deputy":
        """The deputyship that `to_data` described. Raises ValueError for anything else."""
        found = fields(data, person=str, deputy=str, since=str, until=str)
        return cls(found["person"], found["deputy"], moment(found["since"]), moment(found["until"]))


def _folded(sign_in: str) -> str:
    return unicodedata.normalize("NFKC", _shown(sign_in)).casefold()


@dataclass(frozen=True, slots=True)
class DeskKey:
    """A computer that may publish, and the key with which it signs checkpoints of the log, as a signed note's vkey."""

    id: str
    vkey: str

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError("a desk's id is not written as it must be")
        VerifyKey.parse(self.vkey)

    @classmethod
    def from_data(cls, data: object) -> "DeskKey":
        """The desk that `id` and `vkey` describe. Raises ValueError for anything else."""
        return cls(**fields(data, id=str, vkey=str))


@dataclass(frozen=True, slots=True)
class Charter:
    """One version of the charter. Version 0 has no `previous`; every other names the digest of the one before.

    `made_at` keeps milliseconds. `minimum_rules` is the digest of the weakest set of checks a sign-off may rest on,
    `allow_list` of the values that are the hospital's own and no patient's, `policy` of the social media policy that
    the staff acknowledge. Crisis posts pass a hold on everything only with `crisis_passes_hold`.
    Raises ValueError when ids, sign-in names or keys are shared, or when nobody could sign the next version.
    """

    workspace: str
    organization: str
    version: int
    previous: str | None
    members: tuple[Member, ...]
    routes: tuple[Route, ...]
    desks: tuple[DeskKey, ...]
    minimum_rules: str | None
    made_at: datetime
    deputies: tuple[Deputy, ...] = ()
    allow_list: str | None = None
    policy: str | None = None
    crisis_passes_hold: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "made_at", as_stored(self.made_at))
        if not _ID.fullmatch(self.workspace):
            raise ValueError("an id is not written as it must be")
        _said(self.organization, "organization")
        if self.version < 0 or (self.version == 0) != (self.previous is None):
            raise ValueError("version 0 has no version before it, every other has one")
        for named in (self.previous, self.minimum_rules, self.allow_list, self.policy):
            if named is not None and not _DIGEST.fullmatch(named):
                raise ValueError("a digest is not written as it must be")
        _listed(tuple(member.id for member in self.members), "members")
        _listed(tuple(_folded(member.sign_in) for member in self.members), "sign-in names")
        _listed(tuple(member.key_id for member in self.members), "keys")
        _listed(tuple(route.name for route in self.routes), "routes")
        _listed(tuple(desk.id for desk in self.desks), "desks")
        _listed(tuple(desk.vkey for desk in self.desks), "keys of desks")
        _listed(self.deputies, "deputies")
        mentioned = {each for deputy in self.deputies for each in (deputy.person, deputy.deputy)}
        mentioned |= {person for route in self.routes for stage in route.stages for person in stage.people}
        if not mentioned <= {member.id for member in self.members}:
            raise ValueError("a deputy or a stage names somebody who is not in the charter")
        if not any(route.kind is RouteKind.ROUTINE for route in self.routes):
            raise ValueError("a charter needs a route for routine posts")
        if not self.officers():
            raise ValueError("a charter needs an active administrator or privacy officer")

    def member(self, member_id: str) -> Member | None:
        """The person with that id, active or not."""
        return next((member for member in self.members if member.id == member_id), None)

    def holders(self, role: Role) -> tuple[Member, ...]:
        """The active people who hold the role, in the charter's order."""
        return tuple(member for member in self.members if member.active and role in member.roles)

    def officers(self) -> tuple[Member, ...]:
        """The active administrators and privacy officers: those who sign new versions."""
        return tuple(member for member in self.members if member.is_officer)

    def two_signers(self) -> bool:
        """Whether two people can sign the next version. Until then only the practice network may be connected."""
        return len(self.officers()) >= 2

    def route(self, name: str) -> Route:
        """The route of that name. Raises NotFoundError."""
        for route in self.routes:
            if route.name == name:
                return route
        raise NotFoundError(f"No route is called {name}", "The charter does not name it.", "Choose another route.")

    def route_for(self, kind: RouteKind) -> Route:
        """The first route of that kind. Raises NotFoundError where the charter has none."""
        for route in self.routes:
            if route.kind is kind:
                return route
        raise NotFoundError(
            f"No route for {kind} posts",
            "The charter names none, so nobody could approve this one.",
            "Ask an administrator and a privacy officer to sign one in.",
        )

    def principals(self, member_id: str, at: datetime) -> tuple[Member, ...]:
        """Those in whose place this person may sign at that moment."""
        found = (self.member(each.person) for each in self.deputies if each.deputy == member_id and each.stands_in(at))
        return tuple(member for member in found if member is not None and member.active)

    def digest(self) -> str:
        """`sha256:...` over the payload: what the next version and a desk's pin hold."""
        return digest(self.to_payload())

    def to_payload(self) -> bytes:
        """The RFC 8785 bytes that are signed."""
        data = {
            "v": 1, "workspace": self.workspace, "organization": self.organization, "version": self.version,
            "previous": self.previous, "members": [member.to_data() for member in self.members],
            "routes": [route.to_data() for route in self.routes], "desks": [asdict(desk) for desk in self.desks],
            "minimum_rules": self.minimum_rules, "made_at": stamp(self.made_at),
            "deputies": [deputy.to_data() for deputy in self.deputies], "allow_list": self.allow_list,
            "policy": self.policy, "crisis_passes_hold": self.crisis_passes_hold,
        }  # fmt: skip
        return canonical(data)

    @classmethod
    def from_payload(cls, payload: bytes) -> "Charter":
        """The charter in these bytes. Raises ValueError for bytes that `to_payload` does not give for any charter."""
        found = fields(
            read(payload),
            v=int, workspace=str, organization=str, version=int, previous=_OPTIONAL, members=list, routes=list,
            desks=list, minimum_rules=_OPTIONAL, made_at=str, deputies=list, allow_list=_OPTIONAL, policy=_OPTIONAL,
            crisis_passes_hold=bool,
        )  # fmt: skip
        if found.pop("v") != 1:
            raise ValueError("a charter of another form")
        charter = cls(
            **{
                **found,
                "members": tuple(Member.from_data(member) for member in found["members"]),
                "routes": tuple(Route.from_data(route) for route in found["routes"]),
                "desks": tuple(DeskKey.from_data(desk) for desk in found["desks"]),
                "made_at": moment(found["made_at"]),
                "deputies": tuple(Deputy.from_data(deputy) for deputy in found["deputies"]),
            }
        )
        if charter.to_payload() != payload:
            raise ValueError("not in canonical form")
        return charter
