"""What tests give to the worker process: it must be importable over there."""

import os
import signal
from collections.abc import Callable

from editorial.errors import DeskError


def add(left: int, right: int) -> int:
    return left + right


def refuse() -> None:
    raise DeskError("This cannot be done", "Nothing was changed.", "Do something else.", code="E-TEST")


def stumble() -> None:
    raise ZeroDivisionError("token=abcdefgh12345678")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def ask_pid() -> int:
    return os.getpid()


def unsendable() -> object:
    return lambda: None


def wait_for_ever() -> None:
    signal.pause()


def count(to: int, *, tell: Callable[[int, int], None]) -> int:
    for number in range(to):
        tell(number, to)
    return to


def count_for_ever(*, tell: Callable[[int, int], None]) -> None:
    while True:
        tell(1, 2)
