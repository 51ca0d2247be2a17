"""The states of a keyring, each with a name, what it means for the desk and what to do."""

import sys
from enum import StrEnum

from editorial.errors import DeskError


class VaultState(StrEnum):
    """Whether the keyring can be used now."""

    READY = "ready"
    LOCKED = "locked"  # it is there; a person has to open it
    MISSING = "missing"  # this computer, or this session, offers none
    REFUSED = "refused"  # the desk does not trust the back end, or the back end turned a call down
    SLOW = "slow"  # no answer in time


class VaultError(DeskError):
    """The keyring cannot be used. `state` says why; nothing that was stored before is lost."""

    def __init__(self, state: VaultState, title: str, what: str, advice: str, *, detail: str = "") -> None:
        code = f"E-VAULT-{state.upper()}" + (f" ({detail})" if detail else "")
        super().__init__(title, what, advice, code=code)
        self.state = state


_WAITS = "Drafting works. Signing, documents and publishing wait until then; nothing is lost."

_LOCKED = {
    "linux": "Open Passwords and Keys, or KDE Wallet, and unlock the keyring. Then try again.",
    "darwin": "Open Keychain Access and unlock the keychain named login. Then try again.",
    "win32": "Sign out of Windows and sign in again. Then start Signpost again.",
}
_MISSING = {
    "linux": (
        "Install one: sudo apt install gnome-keyring dbus. Then sign in to the computer again and start Signpost from "
        "that session."
    ),
    "darwin": "Start Signpost in a session of your own, signed in at the screen: the keychain opens with it.",
    "win32": "Start Signpost as yourself, signed in to Windows: Credential Manager opens with your session.",
}


def locked(platform: str = sys.platform) -> VaultError:
    """The keyring is there but closed."""
    return VaultError(VaultState.LOCKED, "The keyring is locked", _WAITS, _LOCKED.get(platform, _LOCKED["linux"]))


def missing(platform: str = sys.platform) -> VaultError:
    """No keyring answers in this session."""
    advice = _MISSING.get(platform, _MISSING["linux"])
    return VaultError(VaultState.MISSING, "No keyring was found on this computer", _WAITS, advice)


def no_collection() -> VaultError:
    """A Secret Service runs but has no keyring inside; creating one would open a prompt."""
    advice = "Open Passwords and Keys, add a password keyring and set it as default. Then try again."
    return VaultError(VaultState.MISSING, "The keyring service holds no keyring yet", _WAITS, advice)


def tools_missing(names: str) -> VaultError:
    """The programs that a private keyring is made of are not installed."""
    return VaultError(
        VaultState.MISSING,
        "No keyring was found on this computer",
        f"A demo workspace can bring its own, but {names} is not installed.",
        "Install it: sudo apt install gnome-keyring dbus. Then run the command again.",
    )


def unsafe(name: str) -> VaultError:
    """The configured back end is not on the allow-list."""
    return VaultError(
        VaultState.REFUSED,
        "The keyring set on this computer is not safe for sign-ins",
        f"It is {name}. Signpost uses the Secret Service (GNOME Keyring, KDE Wallet), the macOS keychain and Windows "
        f"Credential Manager, and nothing that may keep secrets as plain text. {_WAITS}",
        "Remove the setting: the variable PYTHON_KEYRING_BACKEND or the file keyringrc.cfg. Then start Signpost again.",
    )


def turned_down(detail: str) -> VaultError:
    """The back end raised an error of its own. `detail`: the name of its class, for IT."""
    return VaultError(
        VaultState.REFUSED,
        "The keyring turned the request down",
        "What it held before is still there.",
        "Try again. If it stays so, show the code to IT.",
        detail=detail,
    )


def damaged() -> VaultError:
    """An entry read back differs from what was written."""
    return VaultError(
        VaultState.REFUSED,
        "The keyring did not keep what was written",
        "The entry read back differs. What it held before is still there.",
        "Try again. If it stays so, show the code to IT.",
        detail="READ-BACK",
    )


def slow(seconds: float) -> VaultError:
    """No answer in time. A write may still arrive; it is then found, complete or not, by the next load."""
    return VaultError(
        VaultState.SLOW,
        "The keyring did not answer",
        f"It was asked {seconds:g} seconds ago. What it held before is still there.",
        "Look for a keyring window that waits behind others. If there is none, start Signpost again.",
    )


_BY_CLASS = {
    "KeyringLocked": locked,
    "LockedException": locked,
    "PromptDismissedException": locked,
    "NoKeyringError": missing,
    "SecretServiceNotAvailableException": missing,
    "ConnectionError": missing,
    "FileNotFoundError": missing,
}


def explain(error: Exception, seconds: float) -> VaultError:
    """The named state behind a back end's error. Only the class of the error is kept: its text may hold a secret.

    Classes are known by name, because their libraries are not installed on every platform.
    """
    if isinstance(error, VaultError):
        return error
    if isinstance(error, TimeoutError):
        return slow(seconds)
    for kind in type(error).__mro__:
        if (make := _BY_CLASS.get(kind.__name__)) is not None:
            return make()
    return turned_down(type(error).__name__)
