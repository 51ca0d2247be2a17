"""For random posts, times and Preserves: nothing young or preserved is listed or erased, and the log stays whole."""

import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from editorial.audit.auditing import Auditing
from editorial.posts.drafting import Drafting
from editorial.posts.records import is_erased
from editorial.retention.erasing import Erasing
from editorial.retention.periods import Periods, Retention, Span
from editorial.retention.plan import Kind
from editorial.retention.preserving import By, Preserving, Reach
from editorial.store.models import AuditBody, AuditEntry, Draft, Post, Revision
from tests.editorial.retention.records import draft, erase, live, planned, published
from tests.fakes.authorizations import recorded
from tests.fakes.desks import Staff, staffed

WORDS = ("zebrafish", "quokka", "armadillo")
DEEDS = st.one_of(
    st.tuples(st.just("publish"), st.sampled_from(WORDS)),
    st.tuples(st.just("draft"), st.sampled_from(WORDS)),
    st.tuples(st.just("edit"), st.sampled_from(WORDS)),
    st.tuples(st.just("record"), st.sampled_from(WORDS)),
    st.tuples(st.just("wait"), st.sampled_from([1, 30, 89, 91, 400, 365 * 5, 365 * 6, 366 * 7])),
    st.tuples(st.just("word"), st.sampled_from(WORDS)),
    st.tuples(st.just("days"), st.integers(0, 3000)),
    st.tuples(st.just("periods"), st.sampled_from([1, 90, 200])),
    st.tuples(st.just("erase"), st.just(0)),
    st.tuples(st.just("tidy"), st.just(0)),
)


class World:
    """The deeds, and what a simple reading of the rules says must still be there."""

    def __init__(self, staff: Staff) -> None:
        self.staff, self.start = staff, staff.clock.now().date()
        self.born: dict[str, tuple[str, str, datetime]] = {}  # id: kind, word, when it was last touched
        self.words: set[str] = set()
        self.days: list[tuple[date, date]] = []
        self.periods = Periods()

    def do(self, deed: str, what: object) -> None:
        staff, now = self.staff, self.staff.clock.now()
        if deed == "publish":
            self.born[published(staff, f"The {what} visits us")] = ("post", str(what), now)
        elif deed == "draft":
            self.born[draft(staff, f"The {what} may visit us")] = ("draft", str(what), now)
        elif deed == "record":
            ends = now.date() + timedelta(days=200)
            key = recorded(
                staff, signer_name=f"{what} Meyer", expires_on=ends, signed_on=now.date() - timedelta(days=2)
            )
            self.born[key] = ("authorization", str(what), now + timedelta(days=199))
        elif deed == "edit":
            self._edit(str(what), now)
        elif deed == "wait":
            staff.clock.forward(timedelta(days=int(str(what))))
        elif deed == "word":
            Preserving(staff.desk).set(staff.helen.actor, Reach(By.WORD, word=str(what).upper()))
            self.words.add(str(what))
        elif deed == "days":
            first = self.start + timedelta(days=int(str(what)))
            last = first + timedelta(days=100)
            Preserving(staff.desk).set(staff.helen.actor, Reach(By.DATES, first=first, last=last))
            self.days.append((first, last))
        elif deed == "periods":
            self.periods = Periods(Span(max(6, self.periods.records.years)), int(str(what)), int(str(what)))
            Retention(staff.desk).set(staff.jonas.actor, self.periods)
        elif deed == "erase":
            erase(staff)
        else:
            live(staff)
            Erasing(staff.desk).erase_unattended()

    def _edit(self, word: str, now: datetime) -> None:
        with self.staff.desk.reading() as session:
            living = session.exec(select(Draft.post_id).join(Post).where(Post.revision == 0)).all()
        for post_id in living[:1]:
            working = Drafting(self.staff.desk).read(post_id)
            body = Drafting(self.staff.desk).read(post_id).body
            title = f"The {word} changed"
            saved = Drafting(self.staff.desk).save(
                self.staff.mira.actor, post_id, type(body)(title, title), working.saves
            )
            if saved != working.saves:
                self.born[post_id] = ("draft", word, now)

    def must_stay(self, key: str) -> bool:
        """Whether it is too young, or preserved, by a reading of its own of the rules."""
        kind, word, at = self.born[key]
        age = self.staff.clock.now() - at
        least = timedelta(days=self.periods.drafts) if kind == "draft" else timedelta(days=365 * 6 + 1)
        return age < least or word in self.words or any(first <= at.date() <= last for first, last in self.days)

    def is_there(self, key: str) -> bool:
        kind, _, _ = self.born[key]
        with self.staff.desk.reading() as session:
            if kind == "draft":
                return session.get(Draft, key) is not None
            if kind == "post":
                return not any(
                    is_erased(each) for each in session.exec(select(Revision.content).where(Revision.post_id == key))
                )
            found = Auditing(self.staff.desk).entries(object_id=key, prefixes=("authorization.erased",))
            return not found

    def check(self) -> None:
        listed = {each.id for each in planned(self.staff.desk).items}
        for key in self.born:
            if self.must_stay(key):
                assert key not in listed, self.born[key]
                assert self.is_there(key), self.born[key]
        verdict = Auditing(self.staff.desk).check()
        assert (verdict.problem, verdict.lost) == (None, 0)
        young = self.staff.clock.now() - timedelta(days=365 * 6 + 1)
        with self.staff.desk.reading() as session:
            lacking = select(AuditEntry.ts).join(AuditBody, col(AuditBody.seq) == col(AuditEntry.seq), isouter=True)
            gone = session.exec(lacking.where(col(AuditBody.seq).is_(None))).all()
        assert all(each < young for each in gone)


@settings(max_examples=12, deadline=None)
@given(st.lists(DEEDS, min_size=4, max_size=14))
def test_nothing_young_or_preserved_is_listed_or_erased(deeds: list[tuple[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder, staffed(Path(folder) / "workspace") as staff:
        world = World(staff)
        for deed, what in deeds:
            world.do(deed, what)
        world.check()
        erase(staff)
        world.check()
        assert [each for each in planned(staff.desk).items if each.kind is not Kind.ENTRY] == []
