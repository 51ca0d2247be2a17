"""The rule that a text fits every account that it goes to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from editorial.checks.findings import CheckContext, Finding, Fix, Severity
from editorial.content import AccountContent
from editorial.counting import Limits, bytes_over, count, overflow_start

_HOW = {
    "bytes": "This is counted in bytes: accented letters take two or more, emoji four or more.",
    "x": "On X every link counts as 23, emoji and East Asian characters as 2.",
    "mastodon": "On Mastodon every link counts as 23, and a mention counts without its server.",
}


@dataclass(frozen=True, slots=True)
class _Excess:
    account: str
    label: str
    limits: Limits
    length: int
    bytes_over: int

    @property
    def by(self) -> int:
        return max(self.length - self.limits.text, self.bytes_over)

    @property
    def words(self) -> str:
        if self.length > self.limits.text:
            return f"{self.label} takes {self.limits.text:,}, this text has {self.length:,}."
        size = self.limits.text_bytes + self.bytes_over
        return f"{self.label} takes {self.limits.text_bytes:,} bytes, this text has {size:,}. {_HOW['bytes']}"


@dataclass(frozen=True, slots=True)
class TooLong:
    """The text is longer than an account takes. One finding for each text, whichever accounts share it."""

    rule: str = "length.too-long"
    version: int = 1

    @property
    def parameters(self) -> Mapping[str, Any]:
        """None: what an account takes comes with the context."""
        return {}

    def check(self, contents: Sequence[AccountContent], context: CheckContext) -> Iterable[Finding]:
        """One finding for each text that is too long somewhere; the span begins where the first account cuts it."""
        lengths: dict[tuple[str, str], int] = {}
        by_text: dict[str, list[_Excess]] = {}
        for content in contents:
            limits = context.limits[content.account_id]
            key = content.text, limits.rule
            if key not in lengths:
                lengths[key] = count(*key)
            over = bytes_over(content.text, limits)
            if lengths[key] > limits.text or over:
                label = context.labels[content.account_id]
                excess = _Excess(content.account_id, label, limits, lengths[key], over)
                by_text.setdefault(content.text, []).append(excess)
        return [_finding(self.rule, text, over) for text, over in by_text.items()]


def _finding(rule: str, text: str, over: list[_Excess]) -> Finding:
    most_first = sorted(over, key=lambda excess: -excess.by)
    allowed = [excess.words for excess in most_first]
    how = [_HOW[name] for name in dict.fromkeys(excess.limits.rule for excess in most_first) if name in _HOW]
    starts = (overflow_start(text, limits) for limits in dict.fromkeys(excess.limits for excess in over))
    return Finding(
        rule=rule,
        category="length",
        severity=Severity.BLOCK,
        title="Too long " + ", ".join(f"for {excess.label} by {excess.by:,}" for excess in most_first),
        reason=" ".join(dict.fromkeys(allowed + how)),
        accounts=tuple(excess.account for excess in over),
        where="text",
        start=min(start for start in starts if start is not None),
        end=len(text),
        fix=Fix("Shorten the text", "edit", "text"),
    )
