"""What one call to a network came to. Never a boolean: "perhaps" is an answer that the engine must be able to hear."""

from dataclasses import dataclass
from enum import StrEnum


class Again(StrEnum):
    """What has to happen before a refused step may be tried again."""

    LATER = "later"  # by itself, not before `retry_after` seconds
    SIGN_IN = "sign_in"  # a person has to sign the account in again
    NEVER = "never"  # the content or the account has to change


@dataclass(frozen=True, slots=True)
class Made:
    """A private step took effect (an upload, a container); nothing is public. `remote_id`: the network names it so."""

    remote_id: str


@dataclass(frozen=True, slots=True)
class Published:
    """The network has it and shows it. `permalink` is None where the network names none."""

    remote_id: str
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """The network took it and is still working on it; ask with `token` after `poll_after` seconds."""

    token: str
    poll_after: float = 2.0


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing went out. `title` and `advice` are for people; `code` is the network's own, for IT."""

    title: str
    advice: str
    code: str = ""
    again: Again = Again.NEVER
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may or may not have gone out: the answer was lost. Never repeated blindly."""

    title: str
    advice: str
    code: str = ""


Outcome = Published | Pending | Refused | Uncertain
StepResult = Made | Outcome
