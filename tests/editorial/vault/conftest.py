"""A private Secret Service for one test alone, for tests that lock, freeze or kill it."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from editorial import secret
from editorial.vault import PrivateSecretService


@pytest.fixture(autouse=True, scope="module")
def own_registry() -> Iterator[None]:
    """Values made up here may be ordinary words; the texts of other tests must not lose them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secret, "_registry", secret._Registry())
        yield


@pytest.fixture
def own_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateSecretService]:
    """A running service in `tmp_path / "ring"`, reached by this process."""
    if sys.platform != "linux" or not all(map(shutil.which, ("dbus-daemon", "gnome-keyring-daemon"))):
        pytest.skip("dbus-daemon and gnome-keyring-daemon are not on this computer")
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-9")
    with PrivateSecretService(tmp_path / "ring") as service:
        yield service


@pytest.fixture
def pids(own_service: PrivateSecretService, tmp_path: Path) -> Callable[[], dict[str, int]]:
    """The service's processes as it names them now: keeper, bus, ring."""

    def read() -> dict[str, int]:
        found: dict[str, int] = json.loads((tmp_path / "ring" / "service.json").read_text())["pids"]
        return found

    return read
