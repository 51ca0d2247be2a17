"""The social media policy: reading and acknowledging it, and putting a new text in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import ndiff

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextEdit, QWidget

from desktop.context import Context
from desktop.look import look
from desktop.people.amend import AmendDialog
from desktop.telling import tell_banner
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, TextArea
from editorial.changes import Changes
from editorial.charter.document import Charter
from editorial.errors import DeskError
from editorial.people.amending import set_policy
from editorial.people.desk_people import Signer
from editorial.policy import Policies, Policy, policy_of

AGREED = "I have read it and will keep to it"
_SAID_LINES = 8
"""Changed lines of a policy that are listed where it is signed; more are counted."""


class PolicyText(QTextEdit):
    """A policy, laid out from its Markdown. HTML in it is shown as the characters that it is."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setAccessibleName("Social media policy")
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(look().px(380))

    def show_text(self, text: str) -> None:
        """Shows a policy from its beginning."""
        features = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
        self.document().setMarkdown(text, features)
        self._lay_out()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _lay_out(self) -> None:
        """Headings in the sizes of the window, not in those of a web page, and air between the parts."""
        block = self.document().begin()
        while block.isValid():
            cursor, shape = QTextCursor(block), block.blockFormat()
            level = shape.headingLevel()
            shape.setTopMargin(look().px(14) if level > 1 else 0)
            shape.setBottomMargin(look().px(5))
            cursor.setBlockFormat(shape)
            if level:
                cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
                words = QTextCharFormat()
                words.setFont(look().font("title" if level == 1 else "heading"))
                cursor.setCharFormat(words)
            block = block.next()


@dataclass(frozen=True)
class _Read:
    policy: Policy | None
    acknowledged: bool


class PolicyDialog(Dialog):
    """The policy in force. `acknowledged` when the person says so; `asked` tells what waits for it."""

    acknowledged = Signal()

    def __init__(self, parent: QWidget, context: Context, *, asked: str = "") -> None:
        super().__init__(parent, "Social media policy", asked, icon="book-open", width="lg")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._policies, self._policy = context, Policies(context.desk), ""
        self.text = PolicyText()
        self.body.addWidget(self.text)
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.close_button = self.add_button("Not now" if asked else "Close")
        self.close_button.clicked.connect(self.reject)
        self.agree = self.add_button(AGREED, "primary", icon="check")
        self.agree.clicked.connect(self._agree)
        self.agree.hide()
        context.bridge.run(self._read, self._show, self._fail, owner=self)

    def _read(self) -> _Read:
        return _Read(self._policies.in_force(), self._policies.acknowledged(self._context.session.person_id))

    def _show(self, read: _Read) -> None:
        if read.policy is None:
            self.text.show_text("The charter names no policy.")
            return
        self._policy = read.policy.digest
        self.text.show_text(read.policy.text)
        self.agree.setVisible(not read.acknowledged)
        if read.acknowledged:
            self.set_note("You have acknowledged this version.", "check")
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _agree(self) -> None:
        if self.agree.busy:
            return
        self.agree.set_busy(True)
        actor, policy = self._context.actor, self._policy
        self._context.bridge.run(
            lambda: self._policies.acknowledge(actor, policy), self._agreed, self._fail, owner=self
        )

    def _agreed(self, _: Changes) -> None:
        self.acknowledged.emit()
        self.accept()

    def _fail(self, error: DeskError) -> None:
        self.agree.set_busy(False)
        tell_banner(error, self.problem)
        self._fit()


class NewPolicyDialog(AmendDialog):
    """Another text for the policy: written, compared line by line, and signed by two officers."""

    def __init__(self, parent: QWidget, context: Context, charter: Charter, text: str) -> None:
        self._before = text
        self.area = TextArea("Policy", lines=14)
        self.area.setPlainText(text)
        self.field = FormField("Text", editor=self.area, help_text="A # begins a heading, a - an item of a list.")
        head = ("Change the policy", "Everybody reads and acknowledges the new text before they send the next post.")
        super().__init__(parent, context, charter, head, "pencil", self.field)

    @property
    def fields(self) -> Mapping[str, FormField]:
        """The text."""
        return {"policy": self.field}

    def after(self) -> Charter:
        """With the digest of what is written. Raises BadInputError for an empty text."""
        return set_policy(policy_of(self.area.toPlainText()).digest)(self._charter)

    def sentences(self) -> tuple[str, ...]:
        """The difference, and the lines that come and go."""
        said = super().sentences()
        return (*said, *line_changes(self._before, policy_of(self.area.toPlainText()).text)) if said else ()

    def command(self, signers: tuple[Signer, ...]) -> Callable[[], Changes]:
        """Keeps the text and signs it in."""
        policies, actor, text = Policies(self._context.desk), self._context.actor, self.area.toPlainText()
        return lambda: policies.adopt(actor, text, signers)


def line_changes(before: str, after: str) -> tuple[str, ...]:
    """The lines that differ, as sentences; beyond some, only their number."""
    found = []
    for each in ndiff(before.splitlines(), after.splitlines()):
        sign, words = each[:2], each[2:].strip()
        if words and sign in ("+ ", "- "):
            found.append(f"{'New' if sign == '+ ' else 'Gone'}: “{words}”")
    more = len(found) - _SAID_LINES
    return (*found[:_SAID_LINES], f"{more} more lines differ.") if more > 0 else tuple(found)
