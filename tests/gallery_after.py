"""What follows a post: the short route and its second look, concerns, corrections; for pictures of them."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.concerns import ConcernsDialog
from desktop.screens.outbox import OutboxScreen
from desktop.screens.outbox.takedown import TakeDownDialog
from desktop.shell.lift import LiftDialog
from desktop.shell.notices import NoticesDialog
from desktop.shell.window import ShellWindow
from editorial.actors import Actor
from editorial.concerns import ConcernKind, Concerns, Told
from editorial.delivery.afterwards import Afterwards
from editorial.delivery.holds import Reason
from editorial.delivery.outbox import Outbox
from editorial.delivery.record import Deliveries
from editorial.delivery.showing import Shown
from editorial.delivery.states import Remedy
from editorial.delivery.stopping import Fate, Holds
from editorial.delivery.takedown import Answer, Takedowns, Why
from editorial.outcomes import Published, Uncertain
from editorial.people.session import SignedIn
from editorial.posts.comments import Comments
from editorial.posts.correcting import Corrections
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.when import Choice, When
from tests import gallery_compose
from tests.fakes.desks import HELEN, Staff, staffed
from tests.fakes.posts import scheduled
from tests.gallery_compose import pump
from tests.gallery_shell import Stage

REASON = "The emergency room is closed after a fire in the east wing, and people are on their way there"
_STAGES: list[Stage] = []


def published(staff: Staff, text: str = "Flu vaccination starts on Monday, 8:00, in the main hall.") -> tuple[str, str]:
    """A post that is live: (post id, delivery id)."""
    post, delivery = scheduled(staff, text)
    started = Deliveries(staff.desk).claim(delivery, "post", public=True)
    assert started is not None
    link = Published("r-1", "https://practice.example/@alderbay/post-118")
    Deliveries(staff.desk).finish(started.attempt_id, link, chance=0.0)
    return post, delivery


def _concerns(staff: Staff, post: str) -> None:
    concerns, now = Concerns(staff.desk), staff.clock.now()
    first, _ = concerns.report(
        staff.mira.actor, post, ConcernKind.WRONG, "It says Monday; the clinic opens on Tuesday."
    )
    concerns.note(staff.mira.actor, first, [Told("Helen Castellanos", "by phone", now + timedelta(minutes=2))])
    second, _ = concerns.report(staff.jonas.actor, post, ConcernKind.OTHER, "The picture is from last year.")
    concerns.close(staff.helen.actor, second, "It is; nobody can be recognised. Nothing to do.")


def _stage(who: str, *, crisis: bool = False) -> tuple[Stage, str, str]:
    stack = ExitStack()
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    staff = stack.enter_context(staffed(folder / "desk"))
    post, delivery = published(staff)
    staff.clock.forward(timedelta(minutes=12))
    _concerns(staff, post)
    Corrections(staff.desk).open(staff.mira.actor, delivery)
    if crisis:
        account = staff.accounts[0]
        body = DraftBody("Emergency room closed", "Closed.", accounts=(account,), crisis=REASON, when=When(Choice.SOON))
        urgent, _ = Drafting(staff.desk).open(staff.mira.actor, body)
        Drafting(staff.desk).submit(staff.mira.actor, urgent)
        Review(staff.desk).sign_off(staff.helen.actor, urgent, 1, HELEN)
    session: SignedIn = getattr(staff, who)
    _STAGES.append(Stage(staff.desk, session, session.actor, stack, live=False))
    return _STAGES[-1], post, delivery


def _outbox(
    who: str, width: int = 1440, height: int = 900, *, crisis: bool = False
) -> tuple[ShellWindow, OutboxScreen]:
    stage, _, delivery = _stage(who, crisis=crisis)
    window = stage.show("outbox", width, height)
    screen = window.current
    assert isinstance(screen, OutboxScreen)
    screen.show_item(delivery)
    pump(stage.bridge)
    return window, screen


def build_outbox() -> QWidget:
    """A published delivery with concerns and a correction, and a task that is due."""
    return _outbox("helen", crisis=True)[0]


def build_concerns() -> QWidget:
    """The list of all concerns with the record of one."""
    stage, _, _ = _stage("helen")
    dialog = ConcernsDialog(stage.window.context, stage.window)
    pump(stage.bridge)
    return dialog


def _mentioned() -> Stage:
    stage, post, _ = _stage("helen")
    comments, staff = Comments(stage.window.context.desk), stage.window.context.services.people.cards()
    mira = next(Actor(card.id, card.name, "author", person=True) for card in staff if card.name == "Mira Okafor")
    comments.say(mira, post, "Does it start on Monday, @Helen Castellanos?")
    comments.say(mira, post, "And where is the main hall, @helen?")
    return stage


def build_mentions() -> QWidget:
    """The list of comments that mention whoever is signed in."""
    stage = _mentioned()
    context = stage.window.context
    dialog = NoticesDialog(context.moments, stage.window, print)
    dialog.show_notices(context.services.mentions.open(context.actor))
    return dialog


def build_mentions_window() -> QWidget:
    """The window with their count in the top bar."""
    return _mentioned().show("outbox", 1440, 900)


def build_outbox_narrow() -> QWidget:
    """The same in a narrow window."""
    return _outbox("helen", 960, 600, crisis=True)[0]


def _online(*, shown: Shown | None = None, asked: bool = False, answer: Answer | str = "") -> ShellWindow:
    """The Outbox on a post that was read back and, with `asked`, is to be taken down; `answer`: what came of that."""
    stage, _, delivery = _stage("helen")
    staff_desk, actor = stage.window.context.desk, stage.window.context.actor
    if shown is not None:
        Afterwards(staff_desk).note(delivery, shown)
    takedowns = Takedowns(staff_desk)
    if asked:
        takedowns.ask(actor, delivery, Why.PRIVACY, "A visitor can be seen behind the desk")
    if not isinstance(answer, str):
        takedowns.begin(delivery)
        takedowns.end(delivery, answer)
    return stage.show("outbox", 1440, 900)


def build_lift_overdue() -> QWidget:
    """Lifting a hold during which three posts' time passed; one is still undecided."""
    stack = ExitStack()
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    staff = stack.enter_context(staffed(folder / "desk"))
    for title in ("Hand hygiene: 30-second video", "Story time on the children’s ward", "Parking level 2 is closed"):
        scheduled(staff, f"{title}. Come and see.", account=staff.accounts[0] if staff.accounts else None)
    Holds(staff.desk).hold(staff.mira.actor, Reason.INCIDENT)
    staff.clock.forward(timedelta(minutes=40))
    _STAGES.append(Stage(staff.desk, staff.jonas, staff.jonas.actor, stack, live=False))
    window = _STAGES[-1].show("outbox")
    window.lift()
    pump(window.context.bridge)
    dialog = window.findChildren(LiftDialog)[-1]
    for line, fate in zip(dialog.deciding.lines.values(), (Fate.SEND, Fate.MOVE), strict=False):
        line.choose(fate)
    dialog.button.click()
    return dialog


def build_question() -> QWidget:
    """A lost answer, and a post that was found."""
    stack = ExitStack()
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    staff = stack.enter_context(staffed(folder / "desk"))
    _, delivery = scheduled(staff, "Good morning from maternity: three babies since midnight.")
    record = Deliveries(staff.desk)
    started = record.claim(delivery, "post", public=True)
    assert started is not None
    record.finish(started.attempt_id, Uncertain("No answer after 30 seconds", "Look at the page."), chance=0.0)
    staff.clock.forward(timedelta(minutes=2))
    seen = {
        "remote_id": "r-9",
        "permalink": "https://practice.example/@alderbay/post-119",
        "text": "Good morning from maternity: three babies since midnight.",
        "created_at": "2027-03-10T15:42:01.000Z",
        "exact": "yes",
    }
    record.note_lookup(delivery, [seen], "Signpost found a post that fits more than one delivery. Compare them.")
    _STAGES.append(Stage(staff.desk, staff.jonas, staff.jonas.actor, stack, live=False))
    return _STAGES[-1].show("outbox")


SIGNED = "Flu vaccination starts on Monday, 8:00, in the main hall."


def build_same() -> QWidget:
    """What was published is what was signed."""
    return _online(shown=Shown(SIGNED))


def build_differs() -> QWidget:
    """The network shows something else."""
    return _online(shown=Shown(SIGNED.replace("Monday", "Sunday")))


def build_taking_down() -> QWidget:
    """The network is being asked."""
    return _online(shown=Shown(SIGNED), asked=True)


def build_by_hand() -> QWidget:
    """The answer was lost."""
    return _online(shown=Shown(SIGNED), asked=True, answer=Uncertain("Practice network did not answer", ""))


def build_taken_down() -> QWidget:
    """It is gone."""
    return _online(shown=Shown(SIGNED), asked=True, answer=None)


def build_take_down() -> QWidget:
    """The question before it."""
    window = _online(shown=Shown(SIGNED))
    screen = window.current
    assert isinstance(screen, OutboxScreen)
    screen.details.wanted.emit(Remedy.TAKE_DOWN.value)
    pump(window.context.bridge)
    return window.findChildren(TakeDownDialog)[-1]


def _concern_dialog(command: str) -> QWidget:
    window, screen = _outbox("helen")
    row = Outbox(window.context.desk).rows()[0]
    concern = Concerns(window.context.desk).rows(row.post_id)[0]
    screen.details.asked.emit(command, concern.id)
    pump(window.context.bridge)
    return window.findChildren(QWidget, "asking")[-1]


def build_report() -> QWidget:
    """Reporting a concern."""
    return _concern_dialog("report")


def build_told() -> QWidget:
    """Who was told."""
    return _concern_dialog("told")


def build_close() -> QWidget:
    """What came of it."""
    return _concern_dialog("close")


def build_done() -> QWidget:
    """Finishing a task."""
    window, _ = _outbox("helen", crisis=True)
    button = window.duties.button("task-done")
    assert button is not None
    button.click()
    assert window.duties.dialog is not None
    return window.duties.dialog


def _compose(*, narrow: bool = False) -> gallery_compose.Stage:
    return gallery_compose._stage(904, 526) if narrow else gallery_compose._stage(1252, 796)


def _crisis(*, narrow: bool = False) -> QWidget:
    stage = _compose(narrow=narrow)
    stage.screen.bench.set_crisis(REASON)
    stage.settle()
    return stage.screen


def build_crisis() -> QWidget:
    """A post that takes the short route."""
    return _crisis()


def build_crisis_narrow() -> QWidget:
    """The same in the narrowest window."""
    return _crisis(narrow=True)


def build_crisis_dialog() -> QWidget:
    """Asking for the short route."""
    stage = _compose()
    stage.screen.route.ask_crisis()
    stage.settle()
    dialog = stage.screen.route.dialog
    assert dialog is not None
    return dialog


def _edited_by_all(stage: gallery_compose.Stage, post: str) -> None:
    drafting = stage.screen.context.drafting
    for person in (stage.staff.jonas, stage.staff.helen):
        now = drafting.read(post)
        drafting.save(person.actor, post, replace(now.body, text=f"{now.body.text} {person.name}"), now.saves)


def build_correction() -> QWidget:
    """A correction that nobody is left to sign."""
    stage = _compose()
    _, delivery = published(stage.staff)
    post, _ = Corrections(stage.staff.desk).open(stage.staff.mira.actor, delivery)
    _edited_by_all(stage, post)
    stage.screen.show_item(post)
    stage.settle()
    return stage.screen


def build_corrected() -> QWidget:
    """A published post that was corrected."""
    stage = _compose()
    post, delivery = published(stage.staff)
    Corrections(stage.staff.desk).open(stage.staff.mira.actor, delivery)
    stage.screen.show_item(post)
    stage.settle()
    return stage.screen
