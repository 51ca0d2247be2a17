"""Work of several threads in one transaction: each with its entries, all or each by itself."""

import threading
from collections.abc import Callable

import pytest
from sqlmodel import select

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.errors import BadInputError
from editorial.store.models import Workspace
from editorial.store.together import Together
from editorial.store.unit import Unit, UnrecordedChangeError
from tests.fakes.desks import Staff

N = 6
_IDS, _NAMES = select(Workspace.id), select(Workspace.organization)


class Crowd:
    """Threads that come while the first one is in the middle of its work."""

    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        self.units = 0
        self.together = Together(self._writing)

    def _writing(self):  # type: ignore[no-untyped-def]
        self.units += 1
        return self.staff.desk.writing(self.staff.desk.system())

    def come(self, works: list[Callable[[Unit], object]]) -> list[object]:
        """What each came to: its result or its exception."""
        found: list[object] = [None] * len(works)
        inside, go_on = threading.Event(), threading.Event()

        def first(unit: Unit) -> None:
            inside.set()
            assert go_on.wait(10)

        def one(place: int) -> None:
            try:
                found[place] = self.together.run(works[place])
            except Exception as error:
                found[place] = error

        leader = threading.Thread(target=lambda: self.together.run(first))
        leader.start()
        assert inside.wait(10)
        threads = [threading.Thread(target=one, args=(place,)) for place in range(len(works))]
        for thread in threads:
            thread.start()
        while len(self.together._waiting) < len(works):
            threading.Event().wait(0.01)
        go_on.set()
        for thread in (leader, *threads):
            thread.join(20)
        return found


def noted(name: str) -> Callable[[Unit], object]:
    return lambda unit: unit.record(Action.POST_STATE, "post", name)


def renamed(unit: Unit) -> None:
    """A change without an entry."""
    row = unit.session.get_one(Workspace, unit.session.exec(_IDS).one())
    row.organization = "Another Hospital"
    unit.session.add(row)


def failing(unit: Unit) -> None:
    unit.record(Action.POST_STATE, "post", "never")
    raise BadInputError("No")


def objects(staff: Staff) -> list[str]:
    return [entry.object_id for entry in Auditing(staff.desk).entries(limit=50)]


def test_what_waits_is_committed_at_once(staff: Staff) -> None:
    crowd = Crowd(staff)
    found = crowd.come([noted(f"p{number}") for number in range(N)])
    assert crowd.units == 2
    assert len(set(found)) == N
    assert {f"p{number}" for number in range(N)} <= set(objects(staff))
    assert Auditing(staff.desk).check().problem is None


@pytest.mark.parametrize(("bad", "error"), [(failing, BadInputError), (renamed, UnrecordedChangeError)])
def test_one_that_fails_takes_nobody_with_it(
    staff: Staff, bad: Callable[[Unit], object], error: type[Exception]
) -> None:
    crowd = Crowd(staff)
    found = crowd.come([noted("a"), bad, noted("b")])
    assert isinstance(found[1], error)
    assert {"a", "b"} <= set(objects(staff))
    assert "never" not in objects(staff)
    with staff.desk.reading() as session:
        assert session.exec(_NAMES).one() != "Another Hospital"
    assert Auditing(staff.desk).check().problem is None
