"""What the Library and Compose show of the register. Reads only; every rule used here lives elsewhere."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from editorial.audit.actions import Action
from editorial.audit.leaf import Leaf
from editorial.authorizations.elements import Detail, Elements
from editorial.authorizations.standing import Standing, State, linked_pictures, not_covered, standing_of
from editorial.authorizations.told import told_of
from editorial.authorizations.uses import Use, all_uses
from editorial.canonical import parse
from editorial.content import AccountContent
from editorial.store.models import AuditBody, AuditEntry, Authorization, Person
from editorial.tasks import Open, open_tasks

WARN_DAYS = (7, 30)
"""Before its end an authorization warns twice."""


@dataclass(frozen=True, slots=True)
class Revoked:
    """How an authorization ended by its giver's will. `how` is a code of the register."""

    at: datetime
    how: str
    received_on: str  # year-month-day
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class Row:
    """One authorization of the register. `days_left`: whole days to its end, None where only an event ends it.

    `warning`: 7 or 30 where so many days or fewer are left, else 0. `tasks` are those that are open.
    """

    id: str
    number: int
    label: str
    standing: Standing
    days_left: int | None
    warning: int
    uses: tuple[Use, ...]
    tasks: tuple[Open, ...]
    has_scan: bool
    opened: int
    recorded_by: str
    recorded_at: datetime
    revoked: Revoked | None

    @property
    def name(self) -> str:
        """As people say it."""
        return f"A-{self.number}"

    @property
    def elements(self) -> Elements:
        """What it says; nothing where that cannot be read."""
        return self.standing.elements or Elements()


@dataclass(frozen=True, slots=True)
class Linked:
    """An authorization that a post rests on, or could. `problem`: why it allows nothing now, or not this content."""

    id: str
    number: int
    label: str
    details: tuple[Detail, ...]
    networks: tuple[str, ...]
    ends_at: datetime | None
    ends_with: str
    problem: str

    @property
    def name(self) -> str:
        """As people say it."""
        return f"A-{self.number}"

    @property
    def covers(self) -> str:
        """What of the person a post may state or show."""
        return ", ".join(each.label.lower() for each in self.details) or "nothing"


def rows_in(session: Session, now: datetime) -> tuple[Row, ...]:
    """Every authorization that was not erased: what needs a person first, then the newest."""
    uses, tasks = all_uses(session), open_tasks(session)
    names = {key: name for key, name in session.exec(select(Person.id, Person.name)).all()}  # noqa: C416 - rows
    found = [
        _row(
            session, row, now, uses.get(row.id, ()), [each for each in tasks if each.authorization_id == row.id], names
        )
        for row in session.exec(select(Authorization)).all()
    ]
    found = [row for row in found if row.standing.state is not State.ERASED]
    return tuple(sorted(found, key=lambda row: (not row.tasks, not row.warning, -row.number)))


def _row(
    session: Session,
    row: Authorization,
    now: datetime,
    uses: tuple[Use, ...],
    tasks: Iterable[Open],
    names: Mapping[str, str],
) -> Row:
    standing, told = standing_of(session, row, now), told_of(session, row.id)
    ends_at = standing.elements.ends_at() if standing.elements else None
    left = max(0, (ends_at - now) // timedelta(days=1)) if ends_at else None
    warning = 0
    if standing.state is State.VALID and left is not None:
        warning = next((days for days in WARN_DAYS if left <= days), 0)
    revoked = _revoked(session, row.id, names) if standing.state is State.REVOKED else None
    return Row(
        row.id, row.number, row.label, standing, left, warning, uses, tuple(tasks), bool(row.scan),
        told.opened if told else 0, names.get(row.recorded_by, "somebody"), row.recorded_at, revoked,
    )  # fmt: skip


def _revoked(session: Session, authorization_id: str, names: Mapping[str, str]) -> Revoked | None:
    entry = session.exec(
        select(AuditEntry, AuditBody)
        .join(AuditBody, col(AuditBody.seq) == col(AuditEntry.seq), isouter=True)
        .where(AuditEntry.object_id == authorization_id, AuditEntry.action == Action.AUTHORIZATION_REVOKED)
        .order_by(col(AuditEntry.seq))
    ).first()
    if entry is None:
        return None
    leaf, body = entry
    said = parse(body.body) if body is not None else {}
    how = Leaf.decode(leaf.leaf).reason
    return Revoked(leaf.ts, how, said.get("received", ""), said.get("note", ""), names.get(leaf.actor_id, "somebody"))


def choices(session: Session, now: datetime, chosen: Iterable[str]) -> tuple[Linked, ...]:
    """What a post can rest on now, and what it rests on already even where that has ended."""
    wanted = set(chosen)
    found = (_linked(session, row, now, ()) for row in session.exec(select(Authorization)).all())
    return tuple(
        sorted((each for each in found if not each.problem or each.id in wanted), key=lambda each: -each.number)
    )


def linked_in(
    session: Session, named: Iterable[str], contents: Iterable[AccountContent], now: datetime
) -> tuple[Linked, ...]:
    """The authorizations of a version (`id@digest` each), with what would stop its contents now."""
    named, contents, found = tuple(named), tuple(contents), []
    linked = linked_pictures(session, named)
    for each in named:
        key, _, digest = each.partition("@")
        row = session.get(Authorization, key)
        if row is None:
            found.append(Linked(key, 0, "", (), (), None, "", "It is not in the register."))
        elif row.digest != digest:
            other = "It is not the one that was linked when the version was made."
            found.append(Linked(key, row.number, row.label, (), (), None, "", other))
        else:
            found.append(_linked(session, row, now, contents, linked))
    return tuple(found)


def _linked(
    session: Session,
    row: Authorization,
    now: datetime,
    contents: Iterable[AccountContent],
    linked: AbstractSet[str] = frozenset(),
) -> Linked:
    standing = standing_of(session, row, now)
    elements = standing.elements or Elements()
    missing = (not_covered(standing, content, linked) for content in contents)
    return Linked(
        row.id, row.number, row.label, tuple(each for each in Detail if each in elements.details), elements.networks,
        elements.ends_at(), elements.expires_with, standing.words or next((each for each in missing if each), ""),
    )  # fmt: skip
