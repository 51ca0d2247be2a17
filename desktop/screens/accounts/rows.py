"""Accounts as people read them: rows of the table and the words of the details."""

from dataclasses import dataclass

from desktop.counts import counted
from desktop.look import look
from desktop.widgets.spans import Line, Span, line
from desktop.widgets.table_model import Action, TableRow
from editorial.store.models import Account

_MARK = 26  # px of the network's mark in a row


@dataclass(frozen=True)
class Standing:
    """How an account stands: icon, tone, word, and a sentence below."""

    icon: str
    tone: str
    word: str
    below: str


def standing(account: Account) -> Standing:
    """The account's access in words."""
    if account.state == "signed_out":
        return Standing("octagon-x", "danger", "Signed out", account.problem or "The network ended the access")
    if account.state == "disconnected":
        return Standing("unplug", "secondary", "Disconnected", "Its key was deleted here")
    if account.network == "practice":
        return Standing("check", "success", "Renews itself", "Nothing on it is public")
    below = "Renews itself" if account.expires_at is not None else "No end date"
    return Standing("check", "success", "Connected", below)


def account_row(account: Account, waiting: int, computer: str, *, held: bool = False) -> TableRow:
    """The account's row. `waiting`: how many of its deliveries are queued. `held`: it has a hold of its own."""
    network = look().network_name(account.network)
    access = standing(account)
    posts = counted(waiting, "post") if waiting else "none"
    action = Action("connect", "Sign in…", "soft") if account.state != "connected" else Action("test", "Test")
    below = Line((Span("On hold", "small", "hold", icon="octagon-pause"),))
    if not held:
        below = line(access.below, "small", "secondary")
    return TableRow(
        account.id,
        (
            Line((Span(networks=(account.network,), mark_size=_MARK), Span(account.label, "bodyStrong"))),
            Line((Span(access.word, "bodyStrong", access.tone, icon=access.icon),)),
            Line((Span(computer, "body", "secondary", icon="monitor"),)),
            line(posts, "body", "secondary"),
            Line(),
        ),
        f"{account.label}. {network}. {access.word}. {'On hold' if held else access.below}. {posts} waiting.",
        action=action,
        below=(
            line(f"{network}, @{account.handle}", "small", "secondary"),
            below,
            Line(),
            Line(),
            Line(),
        ),
    )


def summary(accounts: list[Account]) -> list[tuple[str, str, str]]:
    """(icon, tone, words) of how the accounts stand, problems last."""
    healthy = sum(account.state == "connected" for account in accounts)
    out = sum(account.state == "signed_out" for account in accounts)
    found = [("check", "success", f"{healthy} healthy")]
    if out:
        found.append(("octagon-x", "danger", f"{out} signed out"))
    return found
