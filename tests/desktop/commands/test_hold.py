"""`signpost hold` is quick and is kept back by nothing."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from editorial.audit.auditing import Auditing
from editorial.delivery.record import Deliveries
from editorial.delivery.stopping import Holds
from editorial.desk import opened
from tests.desktop.commands.conftest import signpost
from tests.fakes.desks import staffed
from tests.fakes.posts import scheduled


def test_a_hold_is_set_and_noted(workspace: Path) -> None:
    ran = signpost("hold", "--reason", "Water in the cellar", "--workspace", workspace, "--json")
    (line,) = ran.lines
    assert (ran.code, line["waiting"], line["being_sent"]) == (0, 0, [])
    with opened(workspace) as desk:
        assert [hold.id for hold in Holds(desk).on()] == [line["hold"]]
        (entry,) = Auditing(desk).entries(limit=1)
    assert (entry.action, entry.body["note"], entry.role) == ("hold.set", "Water in the cellar", "operator")
    assert entry.actor.startswith("operator at this desk (")


def test_no_keyring_is_looked_for(workspace: Path) -> None:
    """Neither the computer's nor the workspace's own, which is gone."""
    shutil.rmtree(workspace / "demo-keyring")
    ran = signpost("hold", "--workspace", workspace, PATH="")
    assert (ran.code, ran.out) == (0, "All publishing is on hold. Nothing was queued.\n")
    assert not (workspace / "demo-keyring").exists()


def test_a_charter_that_cannot_be_believed_keeps_no_hold_back(workspace: Path) -> None:
    with closing(sqlite3.connect(workspace / "signpost.db")) as connection:
        connection.execute("DELETE FROM charter_version")
        connection.commit()
    assert signpost("hold", "--reason", "caf\udce9", "--workspace", workspace).code == 0


def test_what_had_started_is_named(tmp_path: Path) -> None:
    with staffed(tmp_path / "w") as staff:
        _, delivery = scheduled(staff)
        _, waiting = scheduled(staff, "Visiting hours", account=staff.accounts[0])
        Deliveries(staff.desk).claim(delivery, "post", public=True)
    ran = signpost("hold", "--workspace", tmp_path / "w")
    assert ran.code == 0
    assert ran.out == (
        "All publishing is on hold. One queued delivery waits. What had started can no longer be stopped: "
        "“Flu vaccination starts on Monday.” to Practice alderbay.\n"
    )
    assert waiting not in ran.out
