"""Where tokens and the workspace secret live: the operating system's keyring, and nothing else.

Here: which back ends are safe, numbered generations that a crash cannot tear, time-outs, named states with advice, and
the private Secret Service of demo workspaces. Never here: a plain-text substitute, a database, a prompt, a window.
Every call may take seconds: call from a worker, never from the thread that paints.
"""

from editorial.vault.private import PrivateSecretService, private_keyring_for
from editorial.vault.state import VaultError, VaultState
from editorial.vault.vault import Loaded, Vault

__all__ = ["Loaded", "PrivateSecretService", "Vault", "VaultError", "VaultState", "private_keyring_for"]
