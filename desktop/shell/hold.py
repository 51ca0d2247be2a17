"""Stopping: the dialog that says exactly what a hold will do. Focus on the plum button, Enter holds, Esc cancels."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QWidget

from desktop.shell.standing import Standing, Subject
from desktop.telling import tell_banner
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, TextArea
from desktop.widgets.layout import Box, columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.text import Label, Panel
from editorial.delivery.holds import REASON_WORDS, Reason, Scope
from editorial.errors import DeskError


class HoldDialog(Dialog):
    """`confirmed(reason, note, tell)` when somebody holds. What will happen may be told after the dialog is open."""

    confirmed = Signal(object, str, bool)

    def __init__(self, parent: QWidget | None, subject: Subject | None = None) -> None:
        self.subject = subject or Subject()
        what, sentence, verb = _words_of(self.subject)
        super().__init__(parent, what, sentence, icon="octagon-pause", group="hold", window_title=verb)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._shown = False
        self._effects = Panel("card")
        self._lines = rows(self._effects, margins=(14, 12, 14, 12), gap=14)
        self._told: list[tuple[Label, Label]] = []
        for icon, tone in (("list-end", "secondary"), ("arrow-up", "warning"), ("check", "secondary")):
            self._add_effect(icon, tone)
        self.body.addWidget(self._effects)
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.body.addLayout(self._choices())
        self.set_note("Enter holds, Esc cancels")
        self.add_cancel()
        self.button = self.add_button(verb, "hold", icon="octagon-pause", default=True)
        self.button.clicked.connect(self._confirm)
        self.tell(None)

    def tell(self, standing: Standing | None) -> None:
        """Says what will happen; None while that is not known yet: holding works all the same."""
        words = _effects(standing)
        if standing is not None:
            self.everybody.setText(everybody_words(sum(card.active for card in standing.cards)))
        for (title, sentence), (first, second) in zip(self._told, words, strict=True):
            title.setText(first)
            sentence.setText(second)
            sentence.setVisible(bool(second))
        if standing is not None and standing.hold is not None and self.subject.scope is Scope.ALL:
            self.set_head("Publishing is on hold already", f"Set by {standing.hold.by}. This adds a hold of your own.")

    def show_error(self, error: DeskError) -> None:
        """Shows why it was not held; the button stays."""
        self.button.set_busy(False)
        tell_banner(error, self.problem)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Puts the focus on the plum button, with its ring: what Enter will do is seen at once."""
        if event.type() == QEvent.Type.WindowActivate and not self._shown:
            self._shown = True
            QTimer.singleShot(0, self, self._focus_button)  # Qt itself moves the focus first, without the ring
        return super().event(event)

    def _focus_button(self) -> None:
        self.button.clearFocus()
        self.button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def reason(self) -> Reason:
        """The reason that is chosen."""
        return list(REASON_WORDS)[self._group.checkedId()]

    def _confirm(self) -> None:
        self.button.set_busy(True)
        self.confirmed.emit(self.reason, self.note_field.toPlainText().strip(), self.everybody.isChecked())

    def _add_effect(self, icon: str, tone: str) -> None:
        line = columns(gap=12)
        line.addWidget(IconMark(icon, tone, 18), 0, Qt.AlignmentFlag.AlignTop)
        column = rows(gap=1)
        title, sentence = Label("", "bodyStrong", wrap=True), Label("", "small", "secondary", wrap=True)
        column.addWidget(title)
        column.addWidget(sentence)
        line.addLayout(column, 1)
        self._lines.addLayout(line)
        self._told.append((title, sentence))

    def _choices(self) -> Box:
        line = columns(gap=24)
        left = rows(gap=8)
        head = columns(gap=5)
        head.addWidget(Label("Reason", "small", strong=True))
        head.addWidget(Label("written to the audit log", "small", "secondary"))
        head.addStretch(1)
        left.addLayout(head)
        self._group = QButtonGroup(self)
        for place, words in enumerate(REASON_WORDS.values()):
            button = QRadioButton(words)
            button.setChecked(place == 0)
            self._group.addButton(button, place)
            left.addWidget(button)
        left.addStretch(1)
        line.addLayout(left, 1)
        self.note_field = TextArea("Note", lines=3, placeholder="What happened?")
        field = FormField("Note", editor=self.note_field, optional="optional")
        right = rows()
        right.addWidget(field)
        self.everybody = QCheckBox(everybody_words())
        self.everybody.setChecked(True)
        right.addSpacing(8)
        right.addWidget(self.everybody)
        right.addStretch(1)
        line.addLayout(right, 1)
        return line


def everybody_words(people: int = 0) -> str:
    """What the box says that has everybody told."""
    return f"Tell all {people} people now" if people > 1 else "Tell everybody now"


def _words_of(subject: Subject) -> tuple[str, str, str]:
    """Question, sentence and verb."""
    if subject.scope is Scope.ACCOUNT:
        return "Hold this account?", f"Nothing goes out to {subject.name} until the hold is lifted.", "Hold account"
    if subject.also:
        many = len(subject.targets)
        return f"Hold these {many} posts?", "They go out nowhere until their holds are lifted.", f"Hold {many} posts"
    if subject.scope is Scope.POST:
        return "Hold this post?", f"“{subject.name}” goes out nowhere until the hold is lifted.", "Hold post"
    return "Hold all publishing?", "Nothing goes out until the hold is lifted.", "Hold all publishing"


def _effects(standing: Standing | None) -> tuple[tuple[str, str], ...]:
    stay = ("Published posts stay online", "To remove one, use “Take down” in the Outbox.")
    if standing is None:
        return ("Queued posts wait", "They keep their signatures."), ("What is being sent may still go out", ""), stay
    wait = "They keep their signatures. Those whose time passes wait for a decision each."
    waiting = (f"{_posts(standing.waiting, 'queued ')} {'waits' if standing.waiting == 1 else 'wait'}", wait)
    if not standing.going:
        return waiting, ("Nothing is being sent right now", ""), stay
    verb = "is" if standing.going == 1 else "are"
    sentence = f"{', '.join(standing.going_words[:3])}: may still be published. The Outbox will tell."
    return waiting, (f"{_posts(standing.going)} {verb} being sent right now", sentence), stay


def _posts(count: int, kind: str = "") -> str:
    return f"{count or 'No'} {kind}{'post' if count == 1 else 'posts'}"
