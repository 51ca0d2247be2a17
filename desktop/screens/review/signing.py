"""What the dialogs that sign have in common: the passphrase, which is asked every time, and what stands in the way."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.screens.review.words import moment
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog, Width
from desktop.widgets.fields import PassphraseField
from editorial.errors import BadInputError, DeskError
from editorial.people.tries import TooManyTriesError, WrongPassphraseAtDeskError
from editorial.posts.reading import Newest, Page
from editorial.posts.states import PostState

_FOR_FIELD = (WrongPassphraseAtDeskError, TooManyTriesError, BadInputError)


class SigningDialog(Dialog):
    """A dialog with a passphrase, which leaves the field when it is used and whenever the dialog is hidden.

    Nothing here decides whether a signature counts: the service does, with what is stored at that moment.
    """

    def __init__(self, context: Context, parent: QWidget, title: str, subtitle: str, width: Width) -> None:
        super().__init__(parent, title, subtitle, icon="signature", width=width, window_title="Sign off")
        self._context = context
        self._asking = False
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.passphrase = PassphraseField(
            f"Passphrase of {context.session.name}", help_text="Asked for every signature, also when you are signed in."
        )
        self.passphrase.line.returnPressed.connect(self.sign)
        self.set_note(
            "Name, role, time and meaning go to the audit log. Any later edit ends this signature.", "shield-check"
        )
        self.cancel_button = self.add_cancel()
        self.sign_button = self.add_button("", "primary", icon="signature")
        self.sign_button.clicked.connect(self.sign)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def sign(self) -> None:
        """Signs what the dialog is about."""
        raise NotImplementedError

    @property
    def ready(self) -> bool:
        """Whether signing can begin now."""
        return not self._asking and self.sign_button.isEnabled()

    def take_passphrase(self) -> str:
        """What was typed, which leaves the field; from here on the dialog waits. Empty, and said so, without any."""
        passphrase = self.passphrase.text()
        if not passphrase:
            self.passphrase.set_error("Enter your passphrase.")
            self.passphrase.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            return ""
        self.passphrase.clear()
        self.passphrase.set_error("")
        self.problem.hide()
        self.busy(True)
        return passphrase

    def busy(self, busy: bool) -> None:
        """Whether a signature is being made."""
        self._asking = busy
        self.sign_button.set_busy(busy)
        self.passphrase.line.setReadOnly(busy)

    def tell(self, title: str, sentence: str) -> None:
        """Says at the top what stands in the way."""
        self.problem.set_text(title, sentence)
        self.problem.show()

    def tell_error(self, error: DeskError) -> None:
        """Says at the passphrase, or at the top, why nothing was signed."""
        if isinstance(error, _FOR_FIELD):
            self.passphrase.set_error(f"{error.title}. {error.what}")
            self.passphrase.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.tell(f"{error.title}.", f"{error.what} {error.advice}".strip())

    def end(self) -> None:
        """Nothing can be signed in this dialog any more."""
        self.passphrase.clear()
        self.passphrase.setEnabled(False)
        self.sign_button.setEnabled(False)
        self.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def reject(self) -> None:
        """Close, unless a signature is being made: its outcome is told first."""
        if not self._asking:
            super().reject()

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget the passphrase."""
        self.passphrase.clear()
        super().hideEvent(event)

    def meanwhile(self, page: Page, newest: Newest) -> tuple[str, str] | None:
        """Why what is shown cannot be signed any more, as title and sentence; None while it can."""
        if newest.number != page.subject.snapshot.number:
            since = moment(newest.frozen_at, self._context.moments)
            return f"Version {newest.number} exists since {since}.", "Look at it first. Nothing was signed."
        if newest.state is not PostState.IN_REVIEW:
            return "This post is not in review any more.", "Nothing was signed here."
        if page.stage is None or newest.stage != page.stage.name:
            return "Somebody signed this stage meanwhile.", "Nothing was signed here."
        if newest.accepted != page.accepted:
            return "Somebody accepted a warning meanwhile.", "Look at it first. Nothing was signed."
        return None
