"""How long a person waits after wrong passphrases: longer each time, so that guessing at the desk is hopeless."""

from datetime import datetime, timedelta

from editorial.errors import DeskError

FREE_TRIES = 5
"""Wrong tries before the long pauses begin."""

_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=1)


class WrongPassphraseAtDeskError(DeskError):
    """The passphrase does not fit this person; `left` tries remain before a long pause."""

    code = "E-PASSPHRASE"

    def __init__(self, left: int, pause: timedelta) -> None:
        if left > 0:
            what = f"{left} {'try' if left == 1 else 'tries'} left, then a pause of {_minutes(pause)}."
        else:
            what = f"The next try is possible in {_minutes(pause)}."
        super().__init__("That passphrase does not fit", what, "What you typed elsewhere is saved.")
        self.left = left


class TooManyTriesError(DeskError):
    """Still in the pause after wrong tries; the passphrase was not looked at."""

    code = "E-PAUSE"

    def __init__(self, until: datetime, now: datetime) -> None:
        seconds = max(1, round((until - now).total_seconds()))
        words = f"{round(seconds / 60)} minutes" if seconds >= 120 else f"{seconds} second{'s' * (seconds > 1)}"
        super().__init__(
            "Signing in pauses", f"There were too many wrong passphrases. Wait {words}.", "Then try again."
        )
        self.until = until


def _minutes(pause: timedelta) -> str:
    return f"{round(pause.total_seconds() / 60)} minutes"


def pause_after(wrong: int) -> timedelta:
    """The pause after the `wrong`-th wrong try in a row: seconds at first, then 5 minutes, doubling to an hour."""
    if wrong <= 0:
        return timedelta(0)
    if wrong < FREE_TRIES:
        return timedelta(seconds=2 ** (wrong - 1))
    doublings = min(wrong - FREE_TRIES, 10)
    return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)


def check_pause(wrong: int, wrong_at: datetime | None, now: datetime) -> None:
    """Raises TooManyTriesError while the pause lasts. A clock that went backwards does not make it endless."""
    if wrong_at is None or now < wrong_at:
        return
    until = wrong_at + pause_after(wrong)
    if now < until:
        raise TooManyTriesError(until, now)


def refusal(wrong: int) -> WrongPassphraseAtDeskError:
    """The error for the `wrong`-th wrong try in a row."""
    left = max(0, FREE_TRIES - wrong)
    return WrongPassphraseAtDeskError(left, pause_after(max(wrong, FREE_TRIES)))
