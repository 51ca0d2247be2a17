"""A fixed list of checkers with one digest: a sign-off names the rules that its findings came from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from editorial.canonical import digest_of
from editorial.checks.alt import AltMissing, AltTooLong
from editorial.checks.findings import CheckContext, Checker, Finding, Severity
from editorial.checks.length import TooLong
from editorial.content import AccountContent

_ORDER = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Checkers that run together. Raises ValueError when two of them have the same rule name."""

    checkers: tuple[Checker, ...]

    def __post_init__(self) -> None:
        if len({checker.rule for checker in self.checkers}) != len(self.checkers):
            raise ValueError("a rule stands twice")

    def digest(self) -> str:
        """`sha256:...` over every rule's name, version and parameters; the order of the checkers does not matter."""
        rules = sorted(self.checkers, key=_name_of)
        return digest_of(
            [
                {"rule": checker.rule, "version": checker.version, "parameters": dict(checker.parameters)}
                for checker in rules
            ]
        )

    def named(self) -> str:
        """The rules by name and version, for people who compare two sets."""
        return ", ".join(f"{checker.rule} {checker.version}" for checker in sorted(self.checkers, key=_name_of))

    def check(self, contents: Sequence[AccountContent], context: CheckContext) -> tuple[Finding, ...]:
        """Every finding with its cause, the strictest severity first.

        Raises KeyError for an account that the context does not know: it must never pass as checked.
        """
        for content in contents:
            if content.account_id not in context.limits or content.account_id not in context.labels:
                raise KeyError(content.account_id)
        found = [
            replace(finding, cause=_cause(finding, contents))
            for checker in self.checkers
            for finding in checker.check(contents, context)
        ]
        return tuple(sorted(found, key=lambda finding: _ORDER[finding.severity]))


def _name_of(checker: Checker) -> str:
    return checker.rule


def _cause(finding: Finding, contents: Sequence[AccountContent]) -> str:
    """The rule with a digest of what the finding says and of what it is about.

    That is the lines of text that it marks (the whole text where it marks none), or a picture's alternative text: what
    is typed elsewhere leaves it as it is.
    """
    content = next((each for each in contents if each.account_id in finding.accounts), None)
    lines, offset = "", 0
    if content is not None and finding.where == "text":
        begin = content.text.rfind("\n", 0, finding.start) + 1 if finding.end else 0
        end = content.text.find("\n", finding.end) if finding.end else -1
        lines, offset = content.text[begin : end if end >= 0 else None], finding.start - begin
    elif content is not None:
        pictures = (item for item in content.media if finding.where == f"media:{item.sha256}")
        lines = next((item.alt for item in pictures), "")
    about = digest_of([finding.where, finding.title, lines, offset, finding.end - finding.start])
    return f"{finding.rule}@{about}"


def default_rules() -> RuleSet:
    """The rules that every post passes."""
    return RuleSet((TooLong(), AltMissing(), AltTooLong()))
