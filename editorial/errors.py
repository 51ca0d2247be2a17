"""The errors that a person may read: each has a title, what happened and what to do next.

Anything else that escapes is a bug and reaches a different window. Keep this module free of heavy imports.
"""


class DeskError(Exception):
    """A known situation where the desk cannot go on, told in words.

    `title` names the situation, `what` says what happened and what is safe, `advice` what to do now; `code` is for IT.
    None of them may hold a secret, a patient's name or a traceback.
    """

    code = "E-DESK"

    def __init__(self, title: str, what: str = "", advice: str = "", *, code: str | None = None) -> None:
        super().__init__(title)
        self.title = title
        self.what = what
        self.advice = advice
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return " ".join(part for part in (f"{self.title}.", self.what, self.advice) if part).replace("..", ".")


class NotAllowedError(DeskError):
    """The person who acts lacks the role, or a rule such as four eyes forbids this person."""

    code = "E-NOT-ALLOWED"


class ChangedMeanwhileError(DeskError):
    """Somebody else changed the thing since it was read; nothing was written."""

    code = "E-CHANGED"


class NotFoundError(DeskError):
    """The thing asked for is not in this workspace."""

    code = "E-NOT-FOUND"


class BadInputError(DeskError):
    """What was typed cannot be used; nothing was written. `field` names the input, for the screen to mark."""

    code = "E-INPUT"

    def __init__(self, title: str, what: str = "", advice: str = "", *, field: str = "") -> None:
        super().__init__(title, what, advice)
        self.field = field
