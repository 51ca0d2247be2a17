"""One workspace that was lived in and its bundle, for all tests that only look at it or change a copy."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from editorial.audit.bundle import Extract
from editorial.audit.bundling import Bundling
from editorial.people.setup import NewWorkspace, create_workspace
from editorial.vault import Vault
from tests.editorial.audit.bundles import export, lived_in
from tests.fakes.desks import JONAS, WEAK, HandClock, MemoryKeyring, Staff, staffed


@dataclass(frozen=True)
class Exhibit:
    """A workspace, the post in it that is about nobody, and a bundle of its whole log."""

    staff: Staff
    post: str
    bundle: Path


@pytest.fixture(scope="session")
def exhibit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exhibit]:
    """Nobody changes it."""
    folder = tmp_path_factory.mktemp("exhibit")
    with staffed(folder / "workspace") as staff:
        post = lived_in(staff)
        yield Exhibit(staff, post, export(staff, folder / "bundle"))


@pytest.fixture
def bundle(exhibit: Exhibit, tmp_path: Path) -> Path:
    """A copy of the exhibit's bundle, to be changed."""
    return Path(shutil.copytree(exhibit.bundle, tmp_path / "bundle"))


@pytest.fixture(scope="session")
def smallest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of a workspace in which nothing happened yet but its own beginning."""
    folder = tmp_path_factory.mktemp("smallest")
    new = NewWorkspace("Alder Bay Hospital", "America/New_York", "Jonas Lindqvist", "jonas", JONAS, kind="demo")
    vault = Vault("test", MemoryKeyring())
    desk, _ = create_workspace(folder / "workspace", new, vault=vault, clock=HandClock(), kdf=WEAK)
    try:
        Bundling(desk).export(desk.operator(), folder / "bundle", Extract())
    finally:
        desk.close()
    return folder / "bundle"
