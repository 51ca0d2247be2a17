"""KilledError at any step, an erasing happened or it did not; and what it left to do is done at the next start."""

import os
from contextlib import closing
from enum import StrEnum

import pytest

from editorial.audit.auditing import Auditing
from editorial.retention.erasing import Erasing, Step, sweep
from editorial.retention.plan import Kind
from tests.editorial.retention.records import YEAR, bytes_left, planned, published
from tests.fakes.authorizations import PDF, recorded
from tests.fakes.desks import Staff

WORDS = (b"Zebrafish", b"Rosa Meyer", b"answers the telephone")


def files(staff: Staff) -> list[str]:
    folders = (staff.desk.folder / name for name in ("media", "documents"))
    return [path.name for folder in folders for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("step", "times"), [*((each, 1) for each in Step), (Step.REMOVED, 2)])
def test_killed_at_a_step(staff: Staff, step: Step, times: int) -> None:
    published(staff, "Zebrafish rehabilitation begins.", pictures=2)
    recorded(staff, scan=PDF)
    staff.clock.forward(8 * YEAR)
    seen, lying = planned(staff.desk).fingerprint(), len(files(staff))
    staff.desk.engine.dispose()  # a process that forks takes no connection along
    child = os.fork()
    if not child:
        left = [times]

        def reached(point: StrEnum) -> None:
            left[0] -= point is step
            if not left[0]:
                os._exit(137)

        try:
            Erasing(staff.desk, reached=reached).erase(staff.helen.actor, seen)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 137
    with closing(staff.desk):
        verdict = Auditing(staff.desk).check()
        assert (verdict.problem, verdict.lost) == (None, 0)
        happened = step not in (Step.PLANNED, Step.WRITTEN)
        assert bool(verdict.erased) is happened
        assert bool(planned(staff.desk).of(Kind.POST)) is not happened
        if not happened:
            assert planned(staff.desk).fingerprint() == seen
            assert len(files(staff)) == lying
            return
        assert sweep(staff.desk) == 0
        assert files(staff) == []
        left_over = bytes_left(staff.desk)
        assert [word for word in WORDS if word in left_over] == []


def test_what_is_added_again_meanwhile_is_not_swept_away(staff: Staff) -> None:
    published(staff, "Zebrafish rehabilitation begins.", pictures=1)
    staff.clock.forward(8 * YEAR)

    class KilledError(Exception):
        pass

    def reached(point: StrEnum) -> None:
        if point is Step.RECORDED:
            raise KilledError

    with pytest.raises(KilledError):
        Erasing(staff.desk, reached=reached).erase(staff.helen.actor, planned(staff.desk).fingerprint())
    again = published(staff, "Another post with the same picture.", pictures=1)
    sweep(staff.desk)
    assert len(files(staff)) == 1
    assert again not in {each.id for each in planned(staff.desk).items}
