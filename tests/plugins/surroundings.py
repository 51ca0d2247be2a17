"""An environment of the tests' own, so that none reads or writes what belongs to the person at this computer."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

_FOLDERS = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
_DRAWING = {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "qt.text.font.db=false"}
_PATCH = pytest.StashKey[tuple[pytest.MonkeyPatch, Path]]()


@pytest.hookimpl(tryfirst=True)  # before pytest-qt loads Qt
def pytest_configure(config: pytest.Config) -> None:
    patch = pytest.MonkeyPatch()
    home = Path(tempfile.mkdtemp(prefix="signpost-"))  # short: socket paths end at 108 characters
    config.stash[_PATCH] = (patch, home)
    for name in _FOLDERS:
        folder = home / name.removeprefix("XDG_").lower()
        folder.mkdir(mode=0o700)
        patch.setenv(name, str(folder))
    patch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)  # the person's own keyring is out of reach
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        patch.delenv(name)  # a proxy would be asked for loopback addresses too
    for name, value in _DRAWING.items():
        patch.setenv(name, os.environ.get(name, value))


def pytest_unconfigure(config: pytest.Config) -> None:
    patch, home = config.stash[_PATCH]
    patch.undo()
    shutil.rmtree(home, ignore_errors=True)
