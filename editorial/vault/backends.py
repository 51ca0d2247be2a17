"""Which keyring back ends are safe, and how each is made so. May block: the vault calls it in its thread."""

import importlib
import os
from typing import TYPE_CHECKING

from editorial.vault.state import missing, slow, unsafe

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SECRET_SERVICE = "keyring.backends.SecretService.Keyring"  # noqa: S105  # the name of a class
MACOS = "keyring.backends.macOS.Keyring"
WINDOWS = "keyring.backends.Windows.WinVaultKeyring"
_ALLOWED = (SECRET_SERVICE, MACOS, WINDOWS)
_QUIET = "editorial.vault.secretservice.QuietSecretService"
_NOTHING = ("keyring.backends.fail.Keyring",)
_CHAIN = "keyring.backends.chainer.ChainerBackend"


def _class_name(backend: "KeyringBackend") -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def _viable(path: str) -> "KeyringBackend | None":
    module, _, name = path.rpartition(".")
    try:
        kind = getattr(importlib.import_module(module), name)
        kind.priority  # noqa: B018  # raises where the back end cannot work here
    except TimeoutError:
        raise slow(1) from None
    except Exception:
        return None
    return kind()  # type: ignore[no-any-return]


def _configured() -> "KeyringBackend | None":
    """The back end that a person chose through keyring's variable or file, before any of ours is looked at."""
    from keyring import core

    try:
        return core.load_env() or core.load_config()
    except RuntimeError:
        raise missing() from None  # it exists and cannot work in this session
    except (ImportError, AttributeError, ValueError):
        name = os.environ.get("PYTHON_KEYRING_BACKEND", "the one named in keyringrc.cfg")
        raise unsafe(name) from None


def trusted(backend: "KeyringBackend") -> "KeyringBackend":
    """The back end, made safe to use. A chain is opened: its first trusted member is used alone.

    Raises VaultError: MISSING for keyring's "no back end", REFUSED for what is not on the list.
    """
    name = _class_name(backend)
    if name in _NOTHING:
        raise missing()
    if name == _CHAIN:
        members: list[KeyringBackend] = list(backend.backends)  # type: ignore[attr-defined]
        for member in members:
            if _class_name(member) in _ALLOWED:
                return trusted(member)
        raise unsafe(", ".join(map(_class_name, members))) if members else missing()
    if name not in (*_ALLOWED, _QUIET):
        raise unsafe(name)
    if name in (SECRET_SERVICE, _QUIET):
        from editorial.vault.secretservice import QuietSecretService

        return QuietSecretService.like(backend)
    if name == WINDOWS:
        backend.persist = "local machine"  # type: ignore[attr-defined]  # keyring's default roams with a domain profile
    return backend


def given(backend: "KeyringBackend") -> "KeyringBackend":
    """A back end handed in by the program: keyring's own have to be on the list all the same."""
    if type(backend).__module__.partition(".")[0] in ("keyring", "keyrings") or _class_name(backend) == _QUIET:
        return trusted(backend)
    return backend


def allowed_backend() -> "KeyringBackend":
    """The back end to use on this computer, never a prompt, never plain text.

    Raises VaultError: MISSING where there is none, REFUSED where the one chosen by configuration is not on the list.
    """
    chosen = _configured()
    if chosen is not None:
        return trusted(chosen)
    for path in _ALLOWED:
        if (backend := _viable(path)) is not None:
            return trusted(backend)
    raise missing()


def title(backend: "KeyringBackend") -> str:
    """The back end's name for people."""
    if (provider := getattr(backend, "provider", None)) is not None:
        return f"{provider()} (Secret Service)"
    known = {MACOS: "macOS Keychain", WINDOWS: "Windows Credential Manager"}
    return known.get(_class_name(backend), backend.name)
