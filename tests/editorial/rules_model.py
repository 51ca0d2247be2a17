"""The naive model of the desk's rules: what it remembers of people and versions, and what it would let out."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from editorial.delivery.stopping import Holds
from editorial.people.session import SignedIn
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.store.models import Post
from editorial.when import Choice, When
from tests.fakes.desks import HELEN, JONAS, MIRA, Staff

NAMES = ("jonas", "helen", "mira", "noor")
NOOR = "walnut ferry seven hundred bells"
WORDS = {"jonas": JONAS, "helen": HELEN, "mira": MIRA, "noor": NOOR}
SIGNING = frozenset({"communications_lead", "privacy_officer"})
CRISIS = SIGNING | {"administrator"}
ENDS = (datetime(2027, 3, 15, 4, tzinfo=UTC), datetime(2027, 12, 1, 5, tzinfo=UTC))
"""When the authorizations of the register end by themselves: the midnights in New York after their last days."""


@dataclass(frozen=True)
class Given:
    """One signature as the model remembers it: who, in whose place and role, for which texts, from when until when."""

    who: str
    place: str
    role: str
    texts: dict[str, str]
    start: datetime | None
    end: datetime
    soon: bool
    kind: str
    rests: frozenset[str]
    version: int


class Model:
    """What the naive model remembers, and what it would let out."""

    staff: Staff
    people: dict[str, SignedIn]
    counted: Counter[str]
    register: tuple[str, ...]  # the ids of the authorizations, in the order of ENDS
    post: str

    def __init__(self) -> None:
        super().__init__()  # the machine's
        desk = self.staff.desk
        self.drafting, self.review, self.holds = Drafting(desk), Review(desk), Holds(desk)
        self.writers: set[str] = set()  # of any version
        self.typing: set[str] = set()  # since the last version
        self.given: list[Given] = []
        self.asked: set[int] = set()
        self.version, self.kind, self.crisis, self.soon = 0, "standard", False, False
        self.rests: frozenset[str] = frozenset()  # the authorizations of the newest version
        self.revoked: set[str] = set()
        self.texts: dict[str, str] = {}
        self.history: dict[int, tuple[dict[str, str], frozenset[str]]] = {}  # texts, authorizations of every version
        self.end: datetime | None = None
        self.start: datetime | None = None
        self.held: int | None = None
        self.entries = 0
        self.before: tuple[object, ...] = ()

    def roles(self, name: str) -> frozenset[str]:
        with self.staff.desk.reading() as session:
            member = self.staff.desk.charter(session).member(self.people[name].person_id)
        return frozenset(map(str, member.roles)) if member is not None and member.active else frozenset()

    def deputies(self, name: str) -> set[str]:
        """In whose place this person may sign now."""
        ids = {person.person_id: key for key, person in self.people.items()}
        with self.staff.desk.reading() as session:
            charter = self.staff.desk.charter(session).charter
        now = self.staff.clock.now()
        mine = [each for each in charter.deputies if each.deputy == self.people[name].person_id]
        return {ids[each.person] for each in mine if each.since <= now <= each.until}

    @property
    def row(self) -> Post:
        with self.staff.desk.reading() as session:
            return session.get_one(Post, self.post)

    def _in(self, minutes: int) -> When:
        wall = (self.staff.clock.at + timedelta(minutes=minutes)).replace(tzinfo=None)
        return When(Choice.SET, wall, "UTC")

    def _place(self, who: str, places: list[str]) -> str:
        """Which of several absent people the deputy stood in for is the desk's choice; it says so in the statement."""
        subject = self.review.subject(self.post)
        ids = {person.person_id: key for key, person in self.people.items()}
        mine = [
            each.signer["deputy_for"] for stage in subject.stages for each in stage.given
            if each.signer["id"] == self.people[who].person_id
        ]  # fmt: skip
        chosen = ids.get(mine[-1], who) if mine else places[0]
        assert chosen in places
        return chosen

    def allowed(self, account: str) -> str:
        """Why the model would not let this account's content out now; empty where it would."""
        if self.held is not None:
            return "held"
        if any(map(self.ended, self.rests)):
            return "an authorization has ended"
        now = self.staff.clock.now()
        oldest = self.version
        for given in self.given:
            since = [number for number in self.asked if given.version <= number]
            same = given.texts[account] == self.texts[account] and self._unbroken(given)
            holds = (given.start is None or given.start <= now) and now <= given.end
            role = given.role in self.roles(given.place) and bool(self.roles(given.who))
            fits = (given.kind, given.rests) == (self.kind, self.rests) and (given.soon or not self.soon)
            if same and holds and role and fits and not since and not {given.who, given.place} & self.writers:
                return ""
        return f"nobody signed version {oldest}"

    def _unbroken(self, given: Given) -> bool:
        """What was changed and came back is signed again: no version between may have had another text or ground."""
        signed = (given.texts, given.rests)
        return all(each == signed for number, each in self.history.items() if given.version <= number)

    def ended(self, authorization: str) -> bool:
        """Whether the authorization allows nothing any more."""
        end = ENDS[self.register.index(authorization)]
        return authorization in self.revoked or end <= self.staff.clock.now()
