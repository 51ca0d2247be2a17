"""A network that answers as a test scripted it, for what needs no wire: the engine's side of the protocol."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import requests

from connectors.base import AccountInfo, Found, Renewal, Repeat, Sendable, Session, Spec, Step, Tokens
from editorial.content import AccountContent, Prepared
from editorial.counting import Limits
from editorial.delivery.showing import Shown
from editorial.outcomes import Made, Outcome, Published, Refused, StepResult, Uncertain
from editorial.secret import Secret

Answer = StepResult | Callable[[], StepResult]


def tokens(name: str = "one", expires_at: datetime | None = None) -> Tokens:
    """A credential. The scripted network tells credentials apart by their names."""
    return Tokens(Secret(f"access-{name}-0123456789"), Secret(f"refresh-{name}-0123456789"), expires_at, "write")


@dataclass
class Scripted:
    """`answers`: what each step says, in turn; the last one again and again. What was asked is in `calls`."""

    steps_of: tuple[Step, ...] = (Step("post", public=True),)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    harmless_for: timedelta = timedelta(0)
    calls: list[tuple[str, str]] = field(default_factory=list)  # step and access token
    keys: list[str] = field(default_factory=list)
    dones: list[dict[str, str]] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    @property
    def spec(self) -> Spec:
        return Spec("practice", "Scripted", Limits(500, "characters"), self._repeats)

    def _repeats(self, account: AccountInfo) -> Repeat:
        return Repeat(self.harmless_for, "as scripted")

    def steps(self, content: AccountContent) -> tuple[Step, ...]:
        return self.steps_of

    def run(self, cleared: Sendable, step: Step, session: Session, done: Mapping[str, str]) -> StepResult:
        with self.guard:
            self.calls.append((step.name, session.access.reveal().split("-")[1]))
            self.keys.append(cleared.prepared.key)
            self.dones.append(dict(done))
            script = self.answers.get(step.name)
            if not script:
                return (
                    Published(f"{cleared.content.post_id}-{step.name}") if step.public else Made(f"id-of-{step.name}")
                )
            answer = script.pop(0) if len(script) > 1 else script[0]
        return answer() if callable(answer) else answer


@dataclass
class Renewing(Scripted):
    """With refresh tokens. `renewals`: what each renewal comes to."""

    renewals: list[Renewal] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)  # the credentials that were handed in

    def renew(self, account: AccountInfo, tokens: Tokens, http: requests.Session, now: datetime) -> Renewal:
        self.renewed.append(tokens.access.reveal().split("-")[1])
        return self.renewals.pop(0) if len(self.renewals) > 1 else self.renewals[0]


@dataclass
class Finding(Renewing):
    """Can be looked at. `found`: what each look shows."""

    found: list[Found | Refused] = field(default_factory=list)
    looks: int = 0

    def find(self, content: AccountContent, prepared: Prepared, session: Session) -> Found | Refused:
        self.looks += 1
        return self.found.pop(0) if len(self.found) > 1 else self.found[0]


@dataclass
class Processing(Renewing):
    """Takes its time. `polls`: what each question gets."""

    polls: list[Outcome] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def poll(self, token: str, session: Session) -> Outcome:
        self.asked.append(token)
        return self.polls.pop(0) if len(self.polls) > 1 else self.polls[0]


@dataclass
class Lasting(Renewing):
    """Can be read back and cleared. `reads` and `removals`: what each question gets; an exception is raised."""

    reads: list[Shown | Refused | Exception | None] = field(default_factory=lambda: [None])
    removals: list[Refused | Uncertain | Exception | None] = field(default_factory=lambda: [None])
    asked_about: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def read(self, published: Published, session: Session) -> Shown | Refused | None:
        self.asked_about.append(published.remote_id)
        answer = self.reads.pop(0) if len(self.reads) > 1 else self.reads[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def withdraw(self, published: Published, session: Session) -> Refused | Uncertain | None:
        self.removed.append(published.remote_id)
        answer = self.removals.pop(0) if len(self.removals) > 1 else self.removals[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def parts(*names: str) -> tuple[Step, ...]:
    """Steps by name; those that begin with `media` are private."""
    return tuple(Step(name, public=not name.startswith("media")) for name in names)


def script(**answers: Sequence[Answer]) -> dict[str, list[Answer]]:
    """Answers by step."""
    return {name: list(found) for name, found in answers.items()}
