"""What a check finds, and what a checker is given."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from editorial.content import AccountContent
from editorial.counting import Limits


class Severity(StrEnum):
    """How a finding is settled, the strictest first."""

    BLOCK = "block"  # only editing clears it
    REVIEW = "review"  # a privacy officer signs a reason
    WARNING = "warning"  # the author keeps it with a reason
    SUGGESTION = "suggestion"  # may be left alone


@dataclass(frozen=True, slots=True)
class Fix:
    """What one button does about a finding. `kind`: "edit" opens the text, "alt" the alternative text of `target`."""

    label: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause, told once for every account that it concerns."""

    rule: str
    category: str
    severity: Severity
    title: str
    reason: str
    accounts: tuple[str, ...]  # account ids, in the order of the contents
    where: str  # "text" or "media:<sha256>"
    start: int = 0  # of the span, in code points
    end: int = 0
    fix: Fix | None = None
    cause: str = ""  # names it as long as what it is about stays as it is: a reason for keeping it is kept under this

    @property
    def must_fix(self) -> bool:
        """Whether nothing is sent to review while it stands."""
        return self.severity is Severity.BLOCK

    @property
    def may_keep(self) -> bool:
        """Whether its author may keep it with a reason."""
        return self.severity is Severity.WARNING


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What checks know about the accounts. Every account whose content is checked must stand in both."""

    labels: Mapping[str, str]  # account id -> its name for people
    limits: Mapping[str, Limits]  # account id -> what it takes


class Checker(Protocol):
    """One rule: a pure function over what goes to all accounts. Same input, same findings, no input or output."""

    @property
    def rule(self) -> str:
        """Its name, unique in a rule set, such as `length.too-long`."""
        ...

    @property
    def version(self) -> int:
        """Raised whenever the same input may give other findings."""
        ...

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The rule's settings and word lists, as JSON data; part of the rule set's digest."""
        ...

    def check(self, contents: Sequence[AccountContent], context: CheckContext) -> Iterable[Finding]:
        """The findings, in the order in which a reader meets their causes."""
        ...
