"""Notices of comments that mention somebody: the count, the message, the list, and the way to the comment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.screens.review import ReviewScreen
from desktop.shell.notices import Notices, NoticesDialog
from desktop.shell.topbar import TopBar
from desktop.widgets.dialog import Dialog
from desktop.widgets.rows import Row
from editorial.charter.document import Role
from editorial.posts.comments import Comments
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.mentions import Mentions
from editorial.posts.review import Review
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.authorizations import add_reviewer, recorded
from tests.fakes.desks import JONAS, Staff
from tests.fakes.desktop import Bench, bench, come_in, modal, running, setting_of, settle


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, staff: Staff) -> Iterator[Bench]:
    with bench(staff, qtbot, staff.jonas) as found:
        yield found


def in_review(staff: Staff, title: str = "The garden", *authorizations: str) -> str:
    account = staff.accounts[0] if staff.accounts else staff.connect_practice()
    body = DraftBody(title, "Come in.", accounts=(account,), authorizations=authorizations)
    post, _ = Drafting(staff.desk).open(staff.mira.actor, body)
    Drafting(staff.desk).submit(staff.mira.actor, post)
    return post


def mention(staff: Staff, post: str, words: str = "Is that so, @Jonas Lindqvist?") -> str:
    Comments(staff.desk).say(staff.helen.actor, post, words)
    return Review(staff.desk).subject(post).comments[-1].id


class Around(QWidget):
    """A top bar with the notices of whoever is signed in."""

    def __init__(self, desk: Bench) -> None:
        super().__init__()
        self._desk = desk
        desk.qtbot.addWidget(self)
        self.top = TopBar(self)
        self.notices = Notices(desk.context, self.top.bell, self)
        with desk.qtbot.waitActive(self):
            self.show()
            self.activateWindow()
        self.read()

    def read(self) -> None:
        self.notices.show_notices(Mentions(self._desk.staff.desk).open(self._desk.context.actor))


def sentences(dialog: NoticesDialog) -> list[str]:
    return [each.sentence for each in dialog.list.rows.items if isinstance(each, Row)]


def test_nothing_waits(desk: Bench) -> None:
    around = Around(desk)
    assert not around.top.bell.isVisible()
    assert desk.shell.said == []
    around.notices.open()
    dialog = modal(NoticesDialog)
    assert dialog.nothing.isVisible()
    assert not dialog.open_button.isEnabled()
    dialog.reject()


def test_what_waits_at_sign_in_is_counted_and_told_once(desk: Bench) -> None:
    post = in_review(desk.staff)
    for _ in range(2):
        mention(desk.staff, post)
    around = Around(desk)
    around.read()
    assert around.top.bell.text() == "2"
    assert around.top.bell.accessibleName() == "2 comments mention you"
    assert desk.shell.said == ["2 comments mention you."]
    desk.shell.actions[0][1]()
    assert len(sentences(modal(NoticesDialog))) == 2


def test_a_new_one_is_told_with_a_way_to_it(desk: Bench) -> None:
    post, around = in_review(desk.staff), Around(desk)
    comment = mention(desk.staff, post)
    around.read()
    assert desk.shell.said == ["P-1 needs you: Helen Castellanos mentioned you."]
    words, do = desk.shell.actions[0]
    assert words == "Open the comment"
    do()
    assert desk.shell.went == [("review", f"{post}#{comment}")]


def test_the_list_by_keyboard(desk: Bench) -> None:
    first, second = in_review(desk.staff), in_review(desk.staff, "Visiting hours")
    key = mention(desk.staff, first)
    desk.staff.clock.forward(timedelta(minutes=5))
    mention(desk.staff, second)
    around = Around(desk)
    around.top.bell.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(around.top.bell, Qt.Key.Key_Space)
    dialog = modal(NoticesDialog)
    desk.qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    check_names(dialog)
    check_reachable(dialog)
    assert [each.partition(".")[0] for each in sentences(dialog)] == ["P-2, Visiting hours", "P-1, The garden"]
    assert dialog.list.hasFocus()
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    assert desk.shell.went == [("review", f"{first}#{key}")]
    assert not dialog.isVisible()


def test_the_list_by_mouse_and_what_was_read_leaves_it(desk: Bench) -> None:
    post = in_review(desk.staff)
    keys = [mention(desk.staff, post) for _ in range(2)]
    around = Around(desk)
    QTest.mouseClick(around.top.bell, Qt.MouseButton.LeftButton)
    dialog = modal(NoticesDialog)
    Mentions(desk.staff.desk).read(desk.staff.jonas.actor, keys[:1])
    around.read()
    assert len(sentences(dialog)) == 1
    QTest.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    assert desk.shell.went == [("review", f"{post}#{keys[1]}")]


def test_nothing_of_a_patients_is_told(desk: Bench) -> None:
    add_reviewer(desk.staff)
    around = Around(desk)
    mention(desk.staff, in_review(desk.staff, "Rosa walks again", recorded(desk.staff)), "Is Rosa well, @jonas?")
    around.read()
    around.notices.open()
    dialog = modal(NoticesDialog)
    told = "\n".join([*desk.shell.said, *sentences(dialog), *(each.text() for each in dialog.findChildren(QLabel))])
    assert "Rosa" not in told
    assert sentences(dialog)[0].startswith("P-1 needs you. Helen Castellanos mentioned you")
    dialog.reject()


def test_outside_the_window_only_the_number_is_told(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own notices are the far side of a boundary: here it is noted what reaches them."""
    reached: list[tuple[str, str]] = []
    monkeypatch.setattr("desktop.shell.notices.notify", lambda *words: reached.append(words))
    post, around = in_review(desk.staff, "Rosa walks again"), Around(desk)
    mention(desk.staff, post)
    around.read()
    desk.settle()
    assert reached == [], "whoever works in the window sees the message there"
    around.hide()
    mention(desk.staff, post)
    around.read()
    desk.settle()
    assert reached == [("P-1 needs you", "Somebody mentioned you in a comment.")]


def test_who_has_no_review_reads_the_comment_alone(desk: Bench) -> None:
    post = in_review(desk.staff)
    comment = mention(desk.staff, post)
    officer = replace(desk.staff.jonas, roles=frozenset({Role.COMPLIANCE_OFFICER}))
    desk.sign_in(officer)
    around = Around(desk)
    (notice,) = Mentions(desk.staff.desk).open(officer.actor)
    around.notices.open_comment(notice)
    desk.settle()
    dialog = modal(Dialog)
    assert "Is that so, @Jonas Lindqvist?" in [each.text() for each in dialog.findChildren(QLabel)]
    assert Mentions(desk.staff.desk).open(officer.actor) == ()
    assert comment == notice.comment_id
    dialog.accept()


def test_in_the_window_the_comment_is_opened_read_and_the_notice_gone(
    qtbot: QtBot, appearance: Appearance, staff: Staff
) -> None:
    post = in_review(staff)
    for _ in range(12):
        Comments(staff.desk).say(staff.mira.actor, post, "One more thing to think of, and then another one.")
    comment = mention(staff, post)
    with running(qtbot, staff.desk.folder, setting_of(staff)) as program:
        window = come_in(qtbot, program, staff.jonas, JONAS)
        settle(qtbot, program.bridge)
        assert window.top.bell.isVisible()
        window.go("review", f"{post}#{comment}")
        settle(qtbot, program.bridge)
        screen = window.current
        assert isinstance(screen, ReviewScreen)
        window.activateWindow()
        qtbot.waitUntil(lambda: not Mentions(staff.desk).open(staff.jonas.actor))
        settle(qtbot, program.bridge)
        qtbot.waitUntil(lambda: not window.top.bell.isVisible())
        focus = window.focusWidget()
        assert focus is not None
        assert focus.accessibleName().startswith("Reply: Helen Castellanos")
