"""The first run: four steps, Back keeps what was typed, and nothing is made before the last one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.start.page import Page
from desktop.start.sign_in import Problem
from desktop.start.steps import NetworksStep, OrganizationStep, PersonStep, PractiseStep, Step
from desktop.telling import tell_field
from desktop.widgets.buttons import AppButton
from desktop.widgets.progress import Stepper
from desktop.widgets.text import Label
from editorial.clock import Clock
from editorial.errors import BadInputError, DeskError

_STEP_OF = {"name": 0, "zone": 0, "person": 1, "sign_in": 1, "passphrase": 1}


class FirstRunPage(Page):
    """Collects the answers; `finished()` when the last step is confirmed, then read the steps."""

    title = "Set up Signpost"
    finished = Signal()
    try_keyring = Signal()
    typed = Signal(str)

    def __init__(self, clock: Clock, zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stepper = Stepper(4)
        self.body.addWidget(self.stepper)
        self.organization = OrganizationStep(clock, zone)
        self.person = PersonStep()
        self.practise = PractiseStep()
        self.networks = NetworksStep(self.try_keyring.emit)
        self.person.typed.connect(self.typed)
        self.steps: tuple[Step, ...] = (self.organization, self.person, self.practise, self.networks)
        self._stack = QStackedWidget()
        for step in self.steps:
            self._stack.addWidget(step)
        self.problem = Problem()
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self.problem)
        self.quiet = Label("Nothing leaves this computer yet.", "small", "secondary")
        self.back = AppButton("Back", size="large")
        self.back.clicked.connect(lambda: self.show_step(self.step - 1))
        self.add_left(self.back)
        self.foot.insertWidget(1, self.quiet)
        self.button = self.add_button("Continue", "primary")
        self.button.clicked.connect(self._go_on)
        for step in self.steps:
            for field in step.fields.values():
                if hasattr(field.editor, "returnPressed"):
                    field.line.returnPressed.connect(self._go_on)
        self.show_step(0)

    @property
    def step(self) -> int:
        """The step shown, from 0."""
        return self._stack.currentIndex()

    def set_zones(self, zones: Sequence[tuple[str, str]]) -> None:
        """Offers these time zones."""
        self.organization.set_zones(zones)

    def show_step(self, step: int) -> None:
        """Goes to a step."""
        self._stack.setCurrentIndex(step)
        self.stepper.set_step(step + 1)
        self.back.setVisible(step > 0)
        self.quiet.setVisible(step == 0)
        last = step == len(self.steps) - 1
        self.button.setText("Set up" if last else "Continue")
        self.button.updateGeometry()
        self.problem.show_error(None)
        target = self.first_focus()
        if target is not None and self.isVisible():
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_error(self, error: DeskError | None) -> None:
        """Goes to the field that is meant, and marks it; what belongs to no field stands below."""
        self.button.set_busy(False)
        self.problem.show_error(None)
        if error is None:
            return
        named = error.field if isinstance(error, BadInputError) else ""
        if named in _STEP_OF:
            self.show_step(_STEP_OF[named])
        if not tell_field(error, self.steps[self.step].fields):
            self.problem.show_error(error)

    def show_keyring(self, problem: DeskError | None) -> None:
        """Names the state of a keyring that cannot be used; None: it can be."""
        banner = self.networks.keyring
        self.networks.again.set_busy(False)
        if problem is not None:
            banner.set_text(f"{problem.title}.", f"A workspace needs one. {problem.advice}")
        banner.setVisible(problem is not None)

    def first_focus(self) -> QWidget | None:
        """The first field of the step, or the button that goes on."""
        return self.steps[self.step].first_focus() or self.button

    def _go_on(self) -> None:
        if self.button.busy or not self.steps[self.step].complete():
            return
        if self.step < len(self.steps) - 1:
            self.show_step(self.step + 1)
            return
        self.button.set_busy(True)
        self.finished.emit()
