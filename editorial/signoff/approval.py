"""Which signatures count for an account's exact content, and what a route still waits for. Pure rules, no store.

Used by the review screen to show where a post stands and by the gate to decide: one rule, two readers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from editorial.charter.chain import VerifiedCharter
from editorial.charter.document import Route, Stage
from editorial.errors import DeskError
from editorial.keys.dsse import Envelope
from editorial.signoff.statement import Statement, takes, verify_signoff
from editorial.when import Window


@dataclass(frozen=True, slots=True)
class StageProgress:
    """One stage and who signed it. It is done when as many distinct people signed as it asks for."""

    stage: Stage
    given: tuple[Statement, ...]

    @property
    def done(self) -> bool:
        """Whether the stage needs nobody any more."""
        return len(self.given) >= self.stage.count


def valid_statements(envelopes: Iterable[Envelope], charter: VerifiedCharter) -> tuple[Statement, ...]:
    """The statements whose signature, name and role the charter confirms today; all others count for nothing."""
    found = []
    for envelope in envelopes:
        try:
            found.append(verify_signoff(envelope, charter))
        except (DeskError, ValueError):
            continue
    return tuple(found)


def window_of(statement: Statement) -> Window | None:
    """The window that was signed; None for a statement without an end, which covers nothing."""
    return None if statement.not_after is None else Window(statement.not_before, statement.not_after)


def covers(statement: Statement, post_id: str, account_id: str, digest: str) -> bool:
    """Whether this signature was given for exactly this content on this account."""
    return statement.post == post_id and (account_id, digest) in statement.accounts


def progress(
    route: Route,
    statements: Iterable[Statement],
    *,
    post_id: str,
    digests: dict[str, str],
    contributors: Sequence[str],
    at: datetime | None = None,
) -> tuple[StageProgress, ...]:
    """Stage by stage, the signatures that count for all of `digests` (account id to content digest).

    A contributor's signature counts for nothing, nor does one given in a contributor's place, and one person counts for
    one stage only (four eyes). With `at`, signatures whose window does not hold that moment count for nothing either.
    """
    used, wrote = set(contributors), frozenset(contributors)
    stages = []
    for stage in route.stages:
        given: list[Statement] = []
        for statement in statements:
            signer = statement.signer["id"]
            if statement.stage != stage.name or signer in used or not takes(stage, statement.signer):
                continue
            if statement.signer["deputy_for"] in wrote:
                continue
            if not all(covers(statement, post_id, account, digest) for account, digest in digests.items()):
                continue
            window = window_of(statement)
            if window is None or (at is not None and not window.holds(at)):
                continue
            given.append(statement)
            used.add(signer)
        stages.append(StageProgress(stage, tuple(given)))
    return tuple(stages)


def waits_for(stages: Sequence[StageProgress]) -> StageProgress | None:
    """The first stage that still needs somebody, or None when all are done."""
    return next((stage for stage in stages if not stage.done), None)


def open_stages(stages: Sequence[StageProgress]) -> tuple[StageProgress, ...]:
    """The stages that may be signed now: the first that is not done, and those beside it."""
    first = next((place for place, each in enumerate(stages) if not each.done), len(stages))
    end = first + 1
    while end < len(stages) and stages[end].stage.beside:
        end += 1
    return tuple(each for each in stages[first:end] if not each.done)
