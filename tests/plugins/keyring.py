"""A real Secret Service, private to the test run, for tests that ask for it; all others find no keyring at all."""

import shutil
import sys
from collections.abc import Iterator

import pytest

from editorial.vault.private import PrivateSecretService


@pytest.fixture(scope="session")
def keyring_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateSecretService]:
    """The running service; `.environment` is what a child process needs to reach it."""
    if sys.platform != "linux" or not all(map(shutil.which, ("dbus-daemon", "gnome-keyring-daemon"))):
        pytest.skip("dbus-daemon and gnome-keyring-daemon are not on this computer")
    service = PrivateSecretService(tmp_path_factory.mktemp("keyring"))
    service.start()
    yield service
    service.close()


@pytest.fixture
def secret_service(keyring_service: PrivateSecretService, monkeypatch: pytest.MonkeyPatch) -> PrivateSecretService:
    """The running service, reached by this test's process and its children. Entries of other tests are in it too."""
    for name, value in keyring_service.environment.items():
        monkeypatch.setenv(name, value)
    return keyring_service
