"""The bridge between stored accounts and the pure checks."""

from collections.abc import Iterable

from editorial.checks import CheckContext
from editorial.counting import Limits
from editorial.store.models import Account


def check_context(accounts: Iterable[Account]) -> CheckContext:
    """What the rules need to know about the accounts: what people call them, and their limits."""
    rows = list(accounts)
    return CheckContext(
        labels={row.id: row.label for row in rows},
        limits={row.id: Limits.from_json(row.limits) for row in rows if row.limits},
    )
