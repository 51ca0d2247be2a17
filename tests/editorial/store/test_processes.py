"""Several processes on one workspace: they take turns, and one that is killed loses nothing that was kept."""

import random
import subprocess
import sys

import pytest

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.desk import DATABASE
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.store.database import read_only
from tests.contracts.source import ROOT
from tests.fakes.desks import Staff


def writer(staff: Staff, post: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable, "-m", "tests.editorial.store.writer",
            str(staff.desk.folder), staff.mira.person_id, post, str(count),
        ],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def saves_until_killed(staff: Staff, post: str, after: int) -> int:
    """Kills a process that saves without end after so many saves, and returns the last one it was told is kept."""
    with writer(staff, post, 1_000_000) as process:
        assert process.stdout is not None
        last = 0
        for line in process.stdout:
            last = int(line)
            if last == after:
                process.kill()  # what it wrote until it noticed is read too
    return last


@pytest.mark.parametrize("round_", range(3))
def test_a_process_killed_while_typing_loses_nothing_that_was_kept(staff: Staff, round_: int) -> None:
    drafting = Drafting(staff.desk)
    post, _ = drafting.open(staff.mira.actor, DraftBody("Typing"))
    kept = saves_until_killed(staff, post, random.randint(5, 40))
    working = drafting.read(post)
    number = int(working.body.text.split()[0])
    assert number in (kept, kept + 1), "the newest save, or one whose answer did not come back"
    assert working.saves == number + 1
    assert working.body.text == f"{number} {'word ' * 200}"
    assert Auditing(staff.desk).check().problem is None
    with read_only(staff.desk.folder / DATABASE) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert drafting.save(staff.mira.actor, post, DraftBody("Typing", "and on"), working.saves) == working.saves + 1


def test_processes_that_write_at_once_take_turns(staff: Staff) -> None:
    each, processes = 40, [writer(staff, "", 40) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    for process in processes:
        assert process.stdout is not None
        process.stdout.close()
    auditing = Auditing(staff.desk)
    assert auditing.check().problem is None
    opened = [entry for entry in auditing.entries(limit=1000) if entry.action == Action.POST_OPENED]
    assert sorted(entry.body["number"] for entry in opened) == list(range(1, 3 * each + 1))
