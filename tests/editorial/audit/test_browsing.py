"""Finding entries: pages, counts, days and checkpoints, each against all the entries gone through one by one."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from editorial.audit.auditing import Auditing, Format, Scope
from editorial.audit.browsing import COUNTED, Browsing, Sought
from editorial.audit.entries import Entry
from editorial.audit.merkle import leaf_hash
from editorial.canonical import parse
from tests.fakes.desks import Staff, staffed
from tests.fakes.long_log import CHECKPOINT_EVERY, lengthen
from tests.fakes.posts import scheduled

DAYS = 12


@dataclass(frozen=True)
class Busy:
    """A log of some thousand entries. The first post was sent to one account."""

    staff: Staff
    post: str
    delivery: str
    account: str

    @property
    def all(self) -> tuple[Entry, ...]:
        return Browsing(self.staff.desk).page(Sought(), limit=10_000)


def made(staff: Staff, count: int) -> Busy:
    account = staff.connect_practice()
    post, delivery = scheduled(staff, account=account)
    lengthen(staff, count, days=DAYS, things=(post, "post_other", "post_third"))
    return Busy(staff, post, delivery, account)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    """Nobody changes it."""
    with staffed(tmp_path_factory.mktemp("busy") / "desk") as staff:
        yield made(staff, 2_400)


Wanted = Callable[[Busy], tuple[Sought, Callable[[Entry], bool]]]
SOUGHT: dict[str, Wanted] = {
    "everything": lambda busy: (Sought(), lambda entry: True),
    "a post": lambda busy: (Sought(objects=(busy.post,)), lambda entry: entry.object_id in (busy.post, busy.delivery)),
    "a person": lambda busy: (
        Sought(actor_id=busy.staff.mira.person_id), lambda entry: entry.actor_id == busy.staff.mira.person_id
    ),
    "kinds": lambda busy: (
        Sought(prefixes=("post.", "hold.")), lambda entry: entry.action.startswith(("post.", "hold."))
    ),
    "a person and a kind": lambda busy: (
        Sought(actor_id=busy.staff.helen.person_id, prefixes=("person.",)),
        lambda entry: entry.actor_id == busy.staff.helen.person_id and entry.action.startswith("person."),
    ),
    "a network": lambda busy: (
        Sought(network="practice"), lambda entry: entry.object_id in (busy.account, busy.delivery)
    ),
    "another network": lambda busy: (Sought(network="mastodon"), lambda entry: False),
    "some days": lambda busy: (
        Sought(since=since(busy, 9), until=since(busy, 4)), lambda entry: since(busy, 9) <= entry.at < since(busy, 4)
    ),
    "kinds of some days": lambda busy: (
        Sought(prefixes=("delivery.",), since=since(busy, 3)),
        lambda entry: entry.action.startswith("delivery.") and entry.at >= since(busy, 3),
    ),
    "days without entries": lambda busy: (Sought(until=since(busy, 400)), lambda entry: False),
}  # fmt: skip


def since(busy: Busy, days: int) -> datetime:
    return busy.staff.clock.now() - timedelta(days=days)


@pytest.mark.parametrize("name", SOUGHT)
def test_pages_and_counts_are_those_of_all_entries_gone_through(busy: Busy, name: str) -> None:
    sought, fits = SOUGHT[name](busy)
    expected = [entry.seq for entry in busy.all if fits(entry)]
    assert expected or name in ("another network", "days without entries")
    browsing, found = Browsing(busy.staff.desk), list[int]()
    while page := browsing.page(sought, before=found[-1] if found else None, limit=700):
        found += [entry.seq for entry in page]
    assert found == expected
    assert browsing.count(sought) == len(expected)


def test_beyond_ten_thousand_is_not_counted(staff: Staff) -> None:
    lengthen(staff, COUNTED * 2)
    browsing = Browsing(staff.desk)
    assert browsing.count(Sought(prefixes=("delivery.",))) < COUNTED
    assert browsing.count(Sought(until=staff.clock.now() + timedelta(days=1))) == COUNTED + 1
    assert browsing.count(Sought()) > COUNTED + 1


def by_day(entries: tuple[Entry, ...], zone: str) -> Counter[date]:
    return Counter(entry.at.astimezone(ZoneInfo(zone)).date() for entry in entries)


def test_days_are_those_of_the_organization_and_new_entries_are_added(staff: Staff) -> None:
    lengthen(staff, 500, days=DAYS)
    browsing, zone = Browsing(staff.desk), staff.desk.workspace.zone
    last = staff.clock.now().astimezone(ZoneInfo(zone)).date()
    first = last - timedelta(days=DAYS + 2)
    for _ in range(2):
        expected = by_day(browsing.page(Sought(), limit=10_000), zone)
        days = [first + timedelta(days=number) for number in range(DAYS + 3)]
        assert browsing.per_day(first, last) == [expected[day] for day in days]
        Auditing(staff.desk).note_reviewed(staff.helen.actor)
    assert browsing.per_day(last, last) == [by_day(browsing.page(Sought(), limit=10_000), zone)[last]]


def test_days_begin_where_clocks_change(staff: Staff) -> None:
    moments = Browsing(staff.desk).moments(date(2027, 3, 14), date(2027, 3, 14))
    assert moments == [datetime(2027, 3, 14, 5, tzinfo=UTC), datetime(2027, 3, 15, 4, tzinfo=UTC)]


def test_checkpoints_between_two_entries(busy: Busy) -> None:
    browsing = Browsing(busy.staff.desk)
    assert [each.size for each in browsing.checkpoints(0, 10_000)] == [2 * CHECKPOINT_EVERY, CHECKPOINT_EVERY]
    assert [each.size for each in browsing.checkpoints(999, 1_500)] == [CHECKPOINT_EVERY]
    assert [each.size for each in browsing.checkpoints(1_000, 1_998)] == []


def test_posts_by_number_and_by_words(busy: Busy) -> None:
    browsing = Browsing(busy.staff.desk)
    assert browsing.posts("P-1") == browsing.posts(" 1 ") == browsing.posts("vaccination") == (busy.post,)
    assert browsing.posts("p-77") == browsing.posts("nothing of the kind") == ()
    assert browsing.networks() == ("practice",)


@pytest.mark.parametrize("form", list(Format))
@pytest.mark.parametrize("name", ["a person and a kind", "some days", "days without entries"])
def test_an_export_of_some_entries(staff: Staff, form: Format, name: str) -> None:
    busy = made(staff, 300)
    sought, fits = SOUGHT[name](busy)
    entries, path = busy.all[::-1], staff.desk.folder / f"out.{form}"
    Auditing(staff.desk).export(staff.helen.actor, form, path, Scope(sought, titles=False))
    data = path.read_bytes()
    if form is Format.CSV:
        kept = [entry.seq for entry in entries if fits(entry)]
        assert [line.split(b",")[0] for line in data.splitlines()[1:]] == [f'"{seq}"'.encode() for seq in kept]
        assert b"Flu vaccination" not in data
        return
    for line, entry in zip(data.splitlines(), entries, strict=True):
        if fits(entry):
            assert leaf_hash(line).hex() == entry.leaf_hash
        else:
            assert parse(line) == {"h": entry.leaf_hash}
