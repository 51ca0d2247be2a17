"""Only back ends on the list are used, each made safe; everything else is named, with advice."""

import importlib.metadata
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import keyring.backends.macOS
import keyring.backends.Windows
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, chainer, fail, null

from editorial.secret import Secret
from editorial.vault import Loaded, Vault, VaultError, VaultState, state
from editorial.vault.backends import allowed_backend, given, title, trusted
from editorial.vault.secretservice import QuietSecretService
from tests.editorial.vault.memory import MemoryKeyring

# keyring's classes are not typed
ChainerBackend: Any = chainer.ChainerBackend
FailKeyring: Any = fail.Keyring
NullKeyring: Any = null.Keyring
SecretServiceKeyring: Any = SecretService.Keyring
MacKeyring: Any = keyring.backends.macOS.Keyring
WinVaultKeyring: Any = keyring.backends.Windows.WinVaultKeyring
platform: Any = vars(keyring.backends.macOS)["platform"]


class PlainTextKeyring(KeyringBackend):
    """Stands for keyrings.alt, which writes a file that everybody can read."""

    priority = 0.5

    def get_password(self, service: str, username: str) -> str | None:
        raise AssertionError("nobody asks it")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("nobody tells it")


PlainTextKeyring.__module__ = "keyrings.alt.file"
PlainText: Any = PlainTextKeyring


def problem(job: Callable[[], object]) -> VaultError:
    with pytest.raises(VaultError) as caught:
        job()
    return caught.value


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda name: monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)


class TestAllowList:
    @pytest.mark.parametrize(
        ("backend", "expected", "name"),
        [
            (FailKeyring(), VaultState.MISSING, ""),
            (NullKeyring(), VaultState.REFUSED, "keyring.backends.null.Keyring"),
            (PlainText(), VaultState.REFUSED, "keyrings.alt.file.PlainTextKeyring"),
        ],
    )
    def test_others_are_refused_in_words(self, backend: KeyringBackend, expected: VaultState, name: str) -> None:
        for refuse in (trusted, given):
            error = problem(lambda refuse=refuse: refuse(backend))  # type: ignore[misc]
            assert error.state is expected
            assert name in error.what
            assert error.title
            assert error.advice
        assert Vault("ws_1", backend).state() is expected

    def test_a_subclass_is_not_the_class(self) -> None:
        class Keyring(SecretServiceKeyring):  # type: ignore[misc]
            priority = -1

        assert problem(lambda: trusted(Keyring())).state is VaultState.REFUSED

    def test_a_chain_is_opened(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = SecretServiceKeyring()
        monkeypatch.setattr(ChainerBackend, "backends", [PlainText(), real])
        assert type(trusted(ChainerBackend())) is QuietSecretService
        monkeypatch.setattr(ChainerBackend, "backends", [PlainText(), NullKeyring()])
        error = problem(lambda: trusted(ChainerBackend()))
        assert error.state is VaultState.REFUSED
        assert "keyrings.alt.file.PlainTextKeyring, keyring.backends.null.Keyring" in error.what
        monkeypatch.setattr(ChainerBackend, "backends", [])
        assert problem(lambda: trusted(ChainerBackend())).state is VaultState.MISSING

    def test_our_own_are_taken_as_they_are(self) -> None:
        backend = MemoryKeyring()
        assert given(backend) is backend
        assert Vault("ws_1", backend).state() is VaultState.READY
        assert title(backend) == "memory MemoryKeyring"

    def test_settings_of_the_secret_service_are_kept(self) -> None:
        backend = SecretServiceKeyring()
        backend.preferred_collection = "/org/freedesktop/secrets/collection/login"
        quiet = trusted(backend)
        assert vars(quiet)["preferred_collection"] == "/org/freedesktop/secrets/collection/login"


class TestChoice:
    def test_nothing_there(self) -> None:
        error = problem(allowed_backend)
        assert error.state is VaultState.MISSING
        assert "sudo apt install gnome-keyring dbus" in error.advice
        assert problem(Vault("ws_1").backend_name).state is VaultState.MISSING

    @pytest.mark.parametrize("address", ["unix:path=/nowhere/bus", "tcp:host=127.0.0.1,port=1", "nonsense"])
    def test_a_bus_that_is_not_there(self, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        assert Vault("ws_1").state() is VaultState.MISSING

    @pytest.mark.parametrize("name", ["keyring.backends.null.Keyring", "keyrings.nowhere.Keyring", "keyring.Nothing"])
    def test_an_unsafe_choice_of_a_person_is_refused(self, configured: Callable[[str], None], name: str) -> None:
        configured(name)
        error = problem(allowed_backend)
        assert error.state is VaultState.REFUSED
        assert name in error.what
        assert "PYTHON_KEYRING_BACKEND" in error.advice

    def test_a_safe_choice_that_cannot_work_here_is_missing(self, configured: Callable[[str], None]) -> None:
        configured("keyring.backends.macOS.Keyring")
        assert problem(allowed_backend).state is VaultState.MISSING

    def test_a_choice_in_the_file(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        (tmp_path / "python_keyring").mkdir()
        text = "[backend]\ndefault-keyring=keyring.backends.null.Keyring\n"
        (tmp_path / "python_keyring" / "keyringrc.cfg").write_text(text)
        assert problem(allowed_backend).state is VaultState.REFUSED

    def test_no_back_end_comes_in_through_plug_ins(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(**_: object) -> None:
            raise AssertionError("plug-ins are not loaded")

        monkeypatch.setattr(importlib.metadata, "entry_points", refuse)
        assert problem(allowed_backend).state is VaultState.MISSING


class TestWords:
    @pytest.mark.parametrize("platform", ["linux", "darwin", "win32", "freebsd14"])
    @pytest.mark.parametrize("make", [state.locked, state.missing])
    def test_each_platform_has_advice(self, make: Callable[[str], VaultError], platform: str) -> None:
        error = make(platform)
        assert error.advice.endswith(".")
        assert ("apt install" in error.advice) == (make is state.missing and platform in ("linux", "freebsd14"))
        assert str(error).startswith(error.title)

    def test_foreign_errors_become_states(self) -> None:
        kinds = {
            "KeyringLocked": VaultState.LOCKED, "PromptDismissedException": VaultState.LOCKED,
            "NoKeyringError": VaultState.MISSING, "PasswordSetError": VaultState.REFUSED,
        }  # fmt: skip
        for name, expected in kinds.items():
            error = type(name, (Exception,), {})("a token inside")
            told = state.explain(error, 10)
            assert told.state is expected
            assert "token" not in str(told)
        assert state.explain(TimeoutError(), 10).state is VaultState.SLOW
        assert state.explain(ConnectionResetError(), 10).state is VaultState.MISSING


class WindowsError(Exception):
    """What pywin32 raises; not a keyring error."""

    def __init__(self, number: int, function: str) -> None:
        super().__init__(number, function)
        self.winerror, self.funcname = number, function


class CredentialManager:
    """The part of Windows behind keyring: 2,560 bytes per entry in UTF-16, names as given."""

    CRED_TYPE_GENERIC, CRED_PERSIST_LOCAL_MACHINE, CRED_PERSIST_ENTERPRISE = 1, 2, 3

    def __init__(self) -> None:
        self.entries: dict[str, dict[str, Any]] = {}

    def CredRead(self, Type: int, TargetName: str) -> dict[str, Any]:  # noqa: N802, N803
        if TargetName not in self.entries:
            raise WindowsError(1168, "CredRead")
        return {**self.entries[TargetName]}

    def CredWrite(self, credential: dict[str, Any], flags: int) -> None:  # noqa: N802
        blob = credential["CredentialBlob"].encode("utf-16-le")
        if len(blob) > 2560:
            raise WindowsError(1783, "CredWrite")
        self.entries[credential["TargetName"]] = {**credential, "CredentialBlob": blob}

    def CredDelete(self, Type: int, TargetName: str) -> None:  # noqa: N802, N803
        del self.entries[TargetName]


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> CredentialManager:
    manager = CredentialManager()
    module: ModuleType = keyring.backends.Windows
    monkeypatch.setattr(module, "win32cred", manager, raising=False)
    monkeypatch.setattr(module, "pywintypes", SimpleNamespace(error=WindowsError), raising=False)
    return manager


class TestWindows:
    def test_entries_fit_stay_on_this_computer_and_keep_their_names(self, windows: CredentialManager) -> None:
        vault = Vault("ws_1", WinVaultKeyring())
        for number in (1, 2):
            value = Secret(f"{number}é€🙂" * 900)
            assert vault.stage("account", number - 1, value) == number
            assert vault.load("account", number) == Loaded(number, value)
        assert {entry["Persist"] for entry in windows.entries.values()} == {windows.CRED_PERSIST_LOCAL_MACHINE}
        assert all(name.startswith("signpost/ws_1/account/") for name in windows.entries)
        vault.forget("account", 2)
        assert windows.entries == {}
        assert vault.backend_name() == "Windows Credential Manager"

    def test_an_error_of_windows_is_told_without_its_text(
        self, windows: CredentialManager, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(windows, "CredWrite", lambda *_: (_ for _ in ()).throw(WindowsError(1783, "CredWrite")))
        vault = Vault("ws_1", WinVaultKeyring())
        error = problem(lambda: vault.put("pin", Secret("a value")))
        assert (error.state, error.code) == (VaultState.REFUSED, "E-VAULT-REFUSED (WindowsError)")


class Keychain:
    """The part of macOS behind keyring: writing deletes first, and a closed keychain denies."""

    class Error(Exception):
        """What the keychain answers."""

    class NotFound(Error):  # noqa: N818
        """No such entry."""

    class KeychainDenied(Error):  # noqa: N818
        """A person has to allow it."""

    def __init__(self) -> None:
        self.entries: dict[str, str] = {}
        self.closed = False

    def _look(self) -> None:
        if self.closed:
            raise self.KeychainDenied("-25293")

    def set_generic_password(self, chain: object, service: str, username: str, password: str) -> None:
        self._look()
        assert service not in self.entries, "a crash between deleting and adding would lose it"
        self.entries[service] = password

    def find_generic_password(self, chain: object, service: str, username: str) -> str:
        self._look()
        if service not in self.entries:
            raise self.NotFound
        return self.entries[service]

    def delete_generic_password(self, chain: object, service: str, username: str) -> None:
        self._look()
        del self.entries[service]


@pytest.fixture
def keychain(monkeypatch: pytest.MonkeyPatch) -> Keychain:
    chain = Keychain()
    monkeypatch.setattr(keyring.backends.macOS, "api", chain, raising=False)
    return chain


class TestMacos:
    def test_no_entry_is_written_twice(self, keychain: Keychain) -> None:
        vault = Vault("ws_1", MacKeyring())
        for number in (1, 2, 3):
            vault.stage("account", number - 1, Secret(f"token {number}"))
            vault.settle("account", number)
            vault.put("pin", Secret(f"pin {number}"))
        assert vault.load("account", 3) == Loaded(3, Secret("token 3"))
        assert vault.get("pin") == Secret("pin 3")
        assert vault.backend_name() == "macOS Keychain"

    def test_a_closed_keychain_is_locked(self, keychain: Keychain) -> None:
        vault = Vault("ws_1", MacKeyring())
        keychain.closed = True
        assert problem(lambda: vault.get("pin")).state is VaultState.LOCKED


def test_the_first_back_end_that_works_is_found(keychain: Keychain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    assert type(allowed_backend()) is MacKeyring
    assert sys.platform == "linux" or Vault("ws_1").state() is VaultState.READY
