"""The banner over the log: how far it is verified, since which checkpoint, and what to do where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.moments import Moments
from desktop.widgets.banner import BannerKind
from editorial.audit.browsing import Standing
from editorial.audit.verify import Verdict, gone_words


@dataclass(frozen=True)
class Words:
    """What the banner says."""

    kind: BannerKind
    title: str
    sentence: str


def checking(size: int) -> Words:
    """While the log is being recomputed."""
    entries = f"{size:,} entries are" if size else "Every entry is"
    return Words("warning", "Checking the log…", f"{entries} recomputed on this computer.")


def told(verdict: Verdict, standing: Standing, at: datetime, newer: int, moments: Moments) -> Words:
    """What a check found, that was made `at` this moment; `newer` entries came since."""
    if verdict.problem is not None:
        return Words("danger", verdict.problem.title, verdict.problem.what)
    last = verdict.size - 1
    since = moments.day(standing.since, year=True)
    sentence = f"Entries 0 to {last:,} are unchanged and in order, since {since}. "
    sentence += f"Checked on this computer {_when(moments.when(at))}. "
    if not verdict.signed:
        sentence += "No checkpoint is signed yet: only the database on this computer says so."
    elif standing.newest is not None:
        signed_at = moments.full(standing.newest.at)
        sentence += f"Last checkpoint: entry {standing.newest.size - 1:,}, {signed_at}, signed on this computer."
    if newer > 0:
        sentence += f" {newer:,} newer {'entry waits' if newer == 1 else 'entries wait'} for the next check."
    sentence = f"{sentence} {gone_words(verdict)}".strip()
    whole = verdict.signed and not verdict.lost
    return Words("success" if whole else "warning", f"Verified through entry {last:,}", sentence)


def _when(words: str) -> str:
    """`today at 10:30`."""
    day, _, time = words.rpartition(", ")
    return f"{day[:1].lower()}{day[1:]} at {time}" if day in ("Today", "Yesterday") else f"on {words}"
