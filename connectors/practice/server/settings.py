"""What can be set about a practice network, and the refusal that its API answers with."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from connectors.practice.profiles import LIMITS
from editorial.clock import Clock, SystemClock
from editorial.counting import Limits


@dataclass(frozen=True, slots=True)
class Settings:
    """Times in seconds. `stop` is set when the server ends, so that a slow answer does not hold it."""

    data: Path
    clock: Clock = field(default_factory=SystemClock)
    late_list: float = 30.0  # how late posts appear in the list of that profile
    forget_after: float = 60.0  # how long keyed-60s remembers
    rate: int = 1_000  # publishing calls per account and minute
    token_lifetime: int = 3_600
    limits: Limits = LIMITS
    stop: threading.Event = field(default_factory=threading.Event)


class ApiError(Exception):
    """The API refuses: a status, a code for programs, a sentence for people."""

    def __init__(self, status: int, error: str, words: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(words)
        self.status = status
        self.error = error
        self.words = words
        self.headers = dict(headers or {})
