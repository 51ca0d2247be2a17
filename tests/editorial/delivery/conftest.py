"""Staffed workspaces: one for properties that undo everything they do, and a fresh copy of it for everybody else."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from editorial.delivery.record import Deliveries
from editorial.desk import open_desk
from editorial.people.desk_people import People
from editorial.vault import Vault
from tests.fakes.desks import WEAK, HandClock, MemoryKeyring, Staff, staffed


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staff]:
    """Made once: signing up three people takes a third of a second. Nobody changes it."""
    with staffed(tmp_path_factory.mktemp("template") / "workspace") as found:
        found.desk.engine.dispose()  # everything is in the file that gets copied
        yield found


@pytest.fixture
def staff(template: Staff, tmp_path: Path) -> Iterator[Staff]:
    """A workspace of the test's own."""
    folder = tmp_path / "workspace"
    shutil.copytree(template.desk.folder, folder)
    clock, keyring = HandClock(), MemoryKeyring()
    keyring.entries.update(template.keyring.entries)
    desk = open_desk(folder, vault=Vault("test", keyring), clock=clock, kdf=WEAK)
    yield replace(template, desk=desk, clock=clock, keyring=keyring, people=People(desk), accounts=[])
    desk.close()


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staff]:
    """A workspace for a whole file."""
    with staffed(tmp_path_factory.mktemp("lasting") / "workspace") as found:
        yield found


@pytest.fixture
def record(staff: Staff) -> Deliveries:
    return Deliveries(staff.desk)
