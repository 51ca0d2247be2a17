"""Noticing that somebody else changed the workspace."""

from pathlib import Path

import pytest

from editorial.audit.actions import Action
from editorial.desk import DATABASE
from editorial.store.watching import Watch
from tests.fakes.desks import Staff


def write(staff: Staff) -> None:
    with staff.desk.writing(staff.desk.system()) as unit:
        unit.record(Action.PUBLISHER_STARTED, "publisher", "desk")


def test_every_commit_is_noticed_once(staff: Staff) -> None:
    watch = Watch(staff.desk.folder / DATABASE)
    assert not watch.changed()
    write(staff)
    assert watch.changed()
    assert not watch.changed()
    write(staff)
    write(staff)
    assert watch.changed()
    with staff.desk.reading():
        pass
    assert not watch.changed()
    watch.close()


def test_it_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="unable to open"):
        Watch(tmp_path / "nothing.db")
    assert list(tmp_path.iterdir()) == []


def test_closed_it_says_changed_once(staff: Staff) -> None:
    watch = Watch(staff.desk.folder / DATABASE)
    watch.close()
    assert watch.changed()
    assert not watch.changed()
