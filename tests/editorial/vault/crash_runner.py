"""Run by the crash test: kills a process at every call that an operation makes to the real keyring, one by one.

Prints one line of JSON for each: where it was killed, and what a fresh process then finds.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from itertools import count

from editorial.secret import Secret
from editorial.vault import Vault
from editorial.vault.backends import allowed_backend
from editorial.vault.secretservice import QuietSecretService

_LONG = "x" * 900  # two parts


class Deadly(QuietSecretService):
    """Kills its process, as `kill -9` does, when it has been called a number of times."""

    priority = -1
    left = 0

    def _call(self) -> None:
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1

    def get_password(self, service: str, username: str) -> str | None:
        self._call()
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._call()
        super().set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self._call()
        super().delete_password(service, username)


def newest(vault: Vault) -> int:
    """The generation that a process finds which committed nothing since the first."""
    loaded = vault.load("account", 1)
    return loaded.generation if loaded else 0


OPERATIONS: dict[str, tuple[Callable[[Vault, str], object], Callable[[Vault, str], object]]] = {
    "stage": (
        lambda vault, text: vault.settle("account", newest(vault)),
        lambda vault, text: vault.stage("account", newest(Vault(sys.argv[2])), Secret(text)),
    ),
    "put": (
        lambda vault, text: None,
        lambda vault, text: vault.put("pin", Secret(text)),
    ),
    "settle": (
        lambda vault, text: vault.load("account", 2) or vault.stage("account", 1, Secret(text)),
        lambda vault, text: vault.settle("account", 2),
    ),
    "forget": (
        lambda vault, text: vault.load("account", 1) or vault.stage("account", 0, Secret(text)),
        lambda vault, text: vault.forget("account", 1),
    ),
}


def in_child(job: Callable[[], object]) -> bool:
    """Whether the job came to its end in a process of its own."""
    child = os.fork()
    if child == 0:
        job()
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def look(step: int, text: str, died: bool) -> None:
    """Prints what a process that starts after the crash finds."""
    vault = Vault(sys.argv[2])
    loaded, single = vault.load("account", 1), vault.get("pin")
    found = {
        "step": step, "died": died, "text": text,
        "token": loaded.value.reveal()[len(_LONG) :] if loaded else None,
        "generation": loaded.generation if loaded else None,
        "single": single.reveal()[len(_LONG) :] if single else None,
    }  # fmt: skip
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Arguments: operation, workspace."""
    operation, workspace = sys.argv[1:]
    prepare, run = OPERATIONS[operation]

    def deadly(step: int, text: str) -> None:
        backend = Deadly.like(allowed_backend())
        backend.left = step  # type: ignore[attr-defined]
        run(Vault(workspace, backend), text)

    def begin() -> None:
        Vault(workspace).stage("account", 0, Secret(_LONG + "first"))
        Vault(workspace).put("pin", Secret(_LONG + "first"))

    in_child(begin)
    for step in count():
        text = f"{_LONG}{step}"
        in_child(lambda text=text: prepare(Vault(workspace), text))  # type: ignore[misc]
        died = not in_child(lambda step=step, text=text: deadly(step, text))  # type: ignore[misc]
        in_child(lambda step=step, died=died: look(step, str(step), died))  # type: ignore[misc]
        if not died:
            return


if __name__ == "__main__":
    main()
