"""Rules for tests and pictures: no shipping rule finds what a privacy officer settles, or what an author may keep."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from editorial.checks import CheckContext, Finding, RuleSet, Severity
from editorial.content import AccountContent
from editorial.desk import Desk


@dataclass(frozen=True)
class Says:
    """Finds words wherever they stand in a text: one finding for each place, whichever accounts share the text."""

    words: tuple[str, ...]
    severity: Severity
    rule: str
    title: str
    reason: str = "Think twice."
    version: int = 1

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"words": list(self.words), "severity": str(self.severity)}

    def check(self, contents: Sequence[AccountContent], context: CheckContext) -> Iterable[Finding]:
        texts: dict[str, list[str]] = {}
        for content in contents:
            texts.setdefault(content.text, []).append(content.account_id)
        pattern = re.compile("|".join(re.escape(word) for word in self.words))
        category = self.rule.partition(".")[0]
        for text, accounts in texts.items():
            for match in pattern.finditer(text):
                title = self.title.format(match.group())
                yield Finding(
                    self.rule, category, self.severity, title, self.reason, tuple(accounts), "text", *match.span()
                )


NAMES = Says(
    ("Rosa", "Ben", "Ahmed"),
    Severity.REVIEW,
    "privacy.name",
    "“{}” could be a patient",
    "A first name next to a treatment. Together they can tell who it is.",
)
PRAISE = Says(
    ("best", "painless"),
    Severity.WARNING,
    "words.claim",
    "“{}” promises much",
    "A claim about treatment needs a source, or another word.",
)


def add_rules(desk: Desk, *rules: Says) -> None:
    """The desk checks with these, too."""
    desk.rules = RuleSet((*desk.rules.checkers, *rules))
