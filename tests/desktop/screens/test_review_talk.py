"""Comments, versions and stages in the Review screen: by mouse and keyboard, as Helen and as Mira, the author."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop.screens.review import ReviewScreen
from desktop.screens.review.request import RequestDialog
from desktop.screens.review.signoff import SignOffDialog
from desktop.screens.review.talk import CommentItem
from desktop.screens.review.texts import DiffText, TextBlock, places
from desktop.screens.review.versions import VersionDialog, VersionPart
from desktop.screens.review.words import due_choices
from desktop.widgets.buttons import AppButton
from desktop.widgets.items import StageItem
from desktop.widgets.rows import Row
from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.posts.comments import Said
from editorial.posts.differences import Kind, Span, compare_texts
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from tests.desktop.screens.review_posts import NEW, OLD, signed_again
from tests.fakes.accessible import check_names, check_reachable, spoken
from tests.fakes.desks import HELEN
from tests.fakes.desktop import Bench, modal


@pytest.fixture
def post(desk: Bench) -> str:
    return signed_again(desk.staff)


def shown(desk: Bench, post: str) -> ReviewScreen:
    screen = ReviewScreen(desk.context)
    desk.qtbot.addWidget(screen)
    screen.resize(1252, 1100)
    with desk.qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    desk.settle()
    screen.show_item(post)
    desk.settle()
    return screen


@pytest.fixture
def screen(desk: Bench, post: str) -> ReviewScreen:
    return shown(desk, post)


@pytest.fixture
def authors(desk: Bench, post: str) -> ReviewScreen:
    desk.sign_in(desk.staff.mira)
    return shown(desk, post)


def visible(widget: QWidget, kind: type[QWidget]) -> list[QWidget]:
    return [each for each in widget.findChildren(kind) if each.isVisible()]


def says(screen: ReviewScreen, kind: type[QWidget]) -> list[str]:
    return [spoken(each) for each in visible(screen, kind)]


def press(screen: ReviewScreen, name: str) -> None:
    """Clicks the visible button whose accessible name begins so."""
    found = [
        button for button in screen.findChildren(AppButton)
        if button.isVisible() and button.accessibleName().startswith(name)
    ]  # fmt: skip
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)


def comments(desk: Bench, post: str) -> tuple[Said, ...]:
    return Review(desk.staff.desk).subject(post).comments


def block(screen: ReviewScreen) -> TextBlock:
    """The shared text of the tab that is shown."""
    found = visible(screen.version.area, TextBlock)
    assert isinstance(found[0], TextBlock)
    return found[0]


def select(screen: ReviewScreen, words: str) -> DiffText:
    """Selects words that stand in the new text."""
    body = block(screen).body
    assert isinstance(body, DiffText)
    old = compare_texts(OLD, NEW) if screen.version.tabs.current == "changes" else (Span(Kind.SAME, NEW),)
    at = places(old)
    start = at.index(NEW.index(words))
    body.setFocus()
    body.setSelection(start, at.index(NEW.index(words) + len(words) - 1) + 1 - start)
    return body


# ---- stages and versions ---------------------------------------------------------------------------------------------


def test_it_opens_on_what_changed_since_this_person_signed(screen: ReviewScreen) -> None:
    assert screen.version.tabs.tabText(0) == "Changes since you signed"
    assert screen.version.strip.old.currentText() == "Version 1, signed by you"
    assert screen.version.strip.new.currentText() == "Version 2"


def test_stages_say_why_they_came_back_and_when_they_are_due(screen: ReviewScreen) -> None:
    first, second, third = says(screen, StageItem)
    assert first.startswith("Stage 1, Communications, Signed v2. Jonas Lindqvist, communications lead, 10:13")
    assert "“I checked this exact content. I approve text, tone and timing.”" in first
    assert second.startswith("Stage 2, Privacy, Your turn. Helen Castellanos or Sana Haddad")
    assert "You signed v1 yesterday. v2 changed the text, so it needs you again." in second
    assert "Due 11:30, in 48 min" in second
    assert "Stage 3, Clinical review, Waiting" in third
    assert "Can be signed at the same time as the stage above." in third


def test_the_queue_tells_stage_time_risk_and_deputy(desk: Bench, screen: ReviewScreen, post: str) -> None:
    def row() -> str:
        return next(each.sentence for each in screen.queue.list.rows.items if isinstance(each, Row))

    assert "Due 11:30, in 48 min. Privacy, 2 of 3. Your turn." in row()
    assert row().endswith("Low risk.")
    assert screen.queue.deputy.isVisible()
    assert screen.queue.deputy.text() == "Your deputy until Fri 12 Mar: Sana Haddad"
    desk.staff.clock.forward(timedelta(hours=2))
    screen.refresh()
    desk.settle()
    assert "Privacy, 2 of 3, deputies asked 12:13" in row()
    assert "Deputy asked since 12:13: Sana Haddad" in says(screen, StageItem)[1]


def test_any_two_versions_are_compared(desk: Bench, screen: ReviewScreen) -> None:
    strip = screen.version.strip
    read = set(screen.version.read.accounts)
    strip.new.setFocus()
    QTest.keyClick(strip.new, Qt.Key.Key_Up)
    desk.settle()
    assert (strip.old.currentData(), strip.new.currentData()) == (1, 1)
    assert screen.version.tabs.tabText(0) == "Changes"
    strip.old.setFocus()
    QTest.keyClick(strip.old, Qt.Key.Key_Down)
    desk.settle()
    assert (strip.old.currentData(), strip.new.currentData()) == (2, 1)
    assert "removed: twenty, end of removed. added: twelve" in " ".join(says(screen, DiffText))
    assert screen.version.read.accounts == read  # an older version read is not the newest one read
    assert block(screen).passage is None


def test_the_history_tells_every_version_and_opens_it(desk: Bench, screen: ReviewScreen) -> None:
    QTest.keyClick(screen.queue.list, Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    parts = visible(screen, VersionPart)
    told = [" ".join(label.text() for label in part.findChildren(QLabel)) for part in parts]
    assert ["Version 2" in told[0], "Version 1" in told[1]] == [True, True]
    assert "Helen Castellanos signed “Privacy” of version 1 as privacy officer. The signature does not cover" in told[1]
    assert "“I checked this exact content against the authorizations." in told[1]
    press(screen, "Read version 1")
    desk.settle()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, VersionDialog)
    assert "Karimi, a teacher from Eastport" in " ".join(label.text() for label in dialog.findChildren(DiffText))
    check_names(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    desk.settle()


def test_what_was_opened_stands_in_the_entry(desk: Bench, screen: ReviewScreen, post: str) -> None:
    screen.version.tabs.set_current("full")
    desk.qtbot.waitUntil(lambda: not screen.version.unread)
    screen.queue.list.setFocus()
    QTest.keyClick(screen.queue.list, Qt.Key.Key_S)
    dialog = modal(SignOffDialog)
    dialog.passphrase.set_text(HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    entry = next(each for each in Auditing(desk.staff.desk).entries() if each.action == Action.SIGNED_OFF)
    assert entry.body["opened"] == sorted(desk.staff.accounts)


# ---- comments --------------------------------------------------------------------------------------------------------


def test_c_comments_on_the_selected_words(desk: Bench, screen: ReviewScreen, post: str) -> None:
    body = select(screen, "twenty metres")
    QTest.keyClick(body, Qt.Key.Key_C)
    assert screen.side.saying.about.text() == "“twenty metres”"
    editor = screen.side.saying.comment.editor
    assert editor.hasFocus()
    QTest.keyClicks(editor, "Measured by whom, @Mira Okafor?")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    desk.settle()
    said = comments(desk, post)[-1]
    assert said.passage is not None
    assert (said.passage.quote, said.passage.start, said.passage.account_id) == (
        "twenty metres", NEW.index("twenty"), ""
    )  # fmt: skip
    assert said.mentions == ("Mira Okafor",)
    assert "You, 10:42 about “twenty metres”: Measured by whom, @Mira Okafor?" in says(screen, CommentItem)


def test_c_in_the_queue_takes_the_selected_words(screen: ReviewScreen) -> None:
    screen.version.tabs.set_current("full")
    select(screen, "Every minute counts.")
    screen.queue.list.setFocus()
    QTest.keyClick(screen.queue.list, Qt.Key.Key_C)
    assert screen.side.saying.about.text() == "“Every minute counts.”"
    QTest.mouseClick(screen.side.saying.clear, Qt.MouseButton.LeftButton)
    assert not screen.side.saying.about.isVisible()


def test_words_are_selected_by_mouse_and_removed_ones_are_no_passage(screen: ReviewScreen) -> None:
    part = block(screen)
    body = part.body
    assert isinstance(body, DiffText)
    assert not part.comment.isVisible()
    QTest.mouseDClick(body, Qt.MouseButton.LeftButton, pos=QPoint(12, 10))
    QTest.mouseRelease(body, Qt.MouseButton.LeftButton, pos=QPoint(12, 10))
    assert part.comment.isVisible()
    QTest.mouseClick(part.comment, Qt.MouseButton.LeftButton)
    assert screen.side.saying.about.text() == "“Nine”"
    body.setSelection(len("Nine weeks ago Ahmed "), len("Karimi"))
    assert body.selectedText() == "Karimi"
    assert part.passage is None


def test_other_words_are_suggested(desk: Bench, screen: ReviewScreen, post: str) -> None:
    body = select(screen, "Ines")
    QTest.keyClick(body, Qt.Key.Key_C)
    saying = screen.side.saying
    QTest.mouseClick(saying.suggest, Qt.MouseButton.LeftButton)
    assert saying.replacement.text() == "Ines"
    QTest.keyClicks(saying.replacement.line, "Ines Duarte")
    QTest.keyClick(saying.replacement.line, Qt.Key.Key_Return)
    desk.settle()
    said = comments(desk, post)[-1]
    assert (said.kind, said.replacement) == ("suggestion", "Ines Duarte")
    assert not saying.replacement.isVisible()


def test_a_suggestion_that_changes_nothing_is_refused_and_stays(desk: Bench, screen: ReviewScreen, post: str) -> None:
    before = comments(desk, post)
    body = select(screen, "Ines")
    QTest.keyClick(body, Qt.Key.Key_C)
    QTest.mouseClick(screen.side.saying.suggest, Qt.MouseButton.LeftButton)
    QTest.mouseClick(screen.side.saying.send, Qt.MouseButton.LeftButton)
    desk.settle()
    assert "changes nothing" in screen.side.saying.comment.error
    assert screen.side.saying.replacement.text() == "Ines"
    assert comments(desk, post) == before


def test_comments_are_answered_resolved_and_opened_again(desk: Bench, screen: ReviewScreen, post: str) -> None:
    talk = screen.side.talk
    assert talk.filter.part("open").accessibleName() == "Open 3"
    press(screen, "Reply: Helen")
    assert screen.side.saying.about.text() == "Reply to Helen Castellanos"
    QTest.keyClicks(screen.side.saying.comment.editor, "Thank you.")
    QTest.keyClick(screen.side.saying.comment.editor, Qt.Key.Key_Return)
    desk.settle()
    first = comments(desk, post)[0]
    assert comments(desk, post)[-1].parent_id == first.id
    press(screen, "Resolve: Helen")
    desk.settle()
    assert screen.side.saying.comment.editor.hasFocus()
    assert talk.filter.part("open").accessibleName() == "Open 2"
    assert not any("Surname" in each for each in says(screen, CommentItem))
    QTest.mouseClick(talk.filter.part("all"), Qt.MouseButton.LeftButton)
    desk.settle()
    assert any("Surname" in each for each in says(screen, CommentItem))
    press(screen, "Open again: Helen")
    desk.settle()
    assert comments(desk, post)[0].open


def test_what_became_of_comments_is_told(screen: ReviewScreen) -> None:
    told = says(screen, CommentItem)
    assert any("Surname, job and town" in each and each.endswith("Changed in version 2.") for each in told)
    assert any("It was twenty." in each and each.endswith("Added in v2.") for each in told)


def test_what_answers_a_comment_is_one_step_away(desk: Bench, screen: ReviewScreen) -> None:
    screen.version.tabs.set_current("history")
    links = [
        each for each in screen.side.findChildren(AppButton) if each.text() in ("added in v2", "changed in version 2")
    ]
    assert len(links) == 2
    links[0].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(links[0], Qt.Key.Key_Space)
    desk.settle()
    assert screen.version.tabs.current == "changes"
    assert (screen.version.strip.old.currentData(), screen.version.strip.new.currentData()) == (1, 2)


def test_the_author_takes_a_suggestion_over(desk: Bench, authors: ReviewScreen, post: str) -> None:
    press(authors, "Take over: Dr. Priya Raman, If you see")
    desk.settle()
    assert "If you see a drooping face" in Drafting(desk.staff.desk).read(post).body.text
    assert comments(desk, post)[-1].taken_at is not None
    assert desk.shell.said == ["Taken over into the draft. Send it to review when you are done."]
    ((name, action),) = desk.shell.actions
    action()
    assert (name, desk.shell.went) == ("Open in Compose", [("compose", post)])


def test_a_suggestion_whose_words_are_gone_is_refused_in_words(desk: Bench, authors: ReviewScreen) -> None:
    press(authors, "Take over: Dr. Priya Raman, It was twenty")
    desk.settle()
    assert [error.title for error in desk.shell.told] == ["The passage is not in the text any more"]


def test_who_signs_takes_nothing_over(screen: ReviewScreen) -> None:
    names = [button.accessibleName() for button in visible(screen, AppButton)]
    assert not any(name.startswith("Take over") for name in names)


def test_people_are_mentioned_from_a_list(screen: ReviewScreen) -> None:
    saying = screen.side.saying
    QTest.keyClicks(saying.comment.editor, "Ask")
    QTest.mouseClick(saying.at, Qt.MouseButton.LeftButton)
    assert saying.people.isVisible()
    named: dict[str, QAction] = {action.text(): action for action in saying.people.actions()}
    named["Sana Haddad"].trigger()
    saying.people.close()
    assert saying.comment.text() == "Ask @Sana Haddad "
    assert saying.comment.editor.hasFocus()


def test_changes_are_asked_for_by_a_time(desk: Bench, screen: ReviewScreen, post: str) -> None:
    assert [words for words, _ in due_choices(desk.context.moments)] == [
        "Today, 11:45", "Today, 13:45", "Today, 17:00", "Tomorrow, 09:00", "Tomorrow, 12:00",
        "Tomorrow, 17:00", "Fri 12 Mar, 17:00", "Wed 17 Mar, 17:00",
    ]  # fmt: skip
    QTest.keyClick(screen.queue.list, Qt.Key.Key_R)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RequestDialog)
    QTest.keyClicks(dialog.area, "Name the ward.")
    dialog.due.setFocus()
    QTest.keyClick(dialog.due, Qt.Key.Key_Down)
    QTest.mouseClick(dialog.send, Qt.MouseButton.LeftButton)
    desk.settle()
    assert comments(desk, post)[-1].asks_by == desk.staff.clock.now() + timedelta(minutes=63)


@pytest.mark.parametrize("tab", ["changes", "full", "history", "checks"])
def test_every_control_has_a_name_and_is_reachable(screen: ReviewScreen, tab: str) -> None:
    screen.version.tabs.set_current(tab)
    check_names(screen)
    check_reachable(screen)
