"""The Review screen: the queue, what a version shows, what was read, comments, and moving by keyboard."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.look import Appearance
from desktop.screens.review import ReviewScreen
from desktop.screens.review.pictures import Picture
from desktop.screens.review.queue import QueuePanel
from desktop.screens.review.talk import CommentItem
from desktop.screens.review.texts import DiffText, TextBlock
from desktop.screens.review.words import due_of
from desktop.widgets.items import StageItem
from desktop.widgets.rows import Row, Section
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review, Waiting
from editorial.when import Choice, When
from tests.desktop.screens.review_posts import OWN, busy_week, edit, photo, send
from tests.fakes.accessible import check_names, check_reachable, spoken
from tests.fakes.desks import HELEN
from tests.fakes.desktop import Bench
from tests.fakes.watchdog import watchdog


def shown(desk: Bench, *, width: int = 1252, height: int = 826) -> ReviewScreen:
    screen = ReviewScreen(desk.context)
    desk.qtbot.addWidget(screen)
    screen.resize(width, height)
    with desk.qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    desk.settle()
    return screen


@pytest.fixture
def week(desk: Bench) -> str:
    return busy_week(desk.staff)


@pytest.fixture
def screen(desk: Bench, week: str) -> Iterator[ReviewScreen]:
    yield shown(desk)
    desk.settle()


def told(queue: QueuePanel) -> list[str]:
    items = queue.list.rows.items
    return [item.title if isinstance(item, Section) else item.lines[0].left[0].text for item in items]


def sentence(queue: QueuePanel, key: str) -> str:
    return next(item.sentence for item in queue.list.rows.items if isinstance(item, Row) and item.key == key)


def visible(widget: QWidget, kind: type[QWidget]) -> list[QWidget]:
    return [each for each in widget.findChildren(kind) if each.isVisible()]


def press(widget: QWidget, *keys: Qt.Key) -> None:
    widget.setFocus()
    for key in keys:
        QTest.keyClick(widget, key)


def says(screen: ReviewScreen, kind: type[QWidget]) -> str:
    return " | ".join(spoken(each) for each in visible(screen, kind))


# ---- the queue -------------------------------------------------------------------------------------------------------


def test_the_queue_is_in_the_order_of_due_times(screen: ReviewScreen, week: str) -> None:
    assert told(screen.queue) == [
        "Due today",
        "Ahmed’s first steps after his stroke",
        "Kidney Day: five signs worth a call",
        "Later",
        "Meet the night shift: ICU team",
        "Theatre nurses wanted: open day",
        "No date",
        "How to read a discharge letter",
    ]
    assert screen.queue.whose.part("mine").accessibleName() == "Waiting for me 5"
    assert screen.queue.list.current_key == week
    assert sentence(screen.queue, week).startswith(
        "Ahmed’s first steps after his stroke. Due 11:45, in 48 min. Sign-off, 1 of 1. Your turn. By Mira Okafor."
    )


@pytest.mark.parametrize(
    ("minutes", "words", "tone", "section"),
    [
        (48, "Due 11:30, in 48 min", "danger", "Due today"),
        (100, "Due 12:22, in 100 min", "warning", "Due today"),
        (300, "Due 15:42", "warning", "Due today"),
        (1500, "Thu 11 Mar, 11:42", "secondary", "Later"),
        (-5, "Was due 10:37", "danger", "Overdue"),
        (-1440, "Was due Tue 9 Mar, 10:42", "danger", "Overdue"),
    ],
)
def test_due_times_are_relative_only_when_near(desk: Bench, minutes: int, words: str, tone: str, section: str) -> None:
    due = desk.staff.clock.now() + timedelta(minutes=minutes)
    row = Waiting("p", 1, "T", 1, "Mira", (), due, False, "Sign-off", 1, 1, True, "")
    found = due_of(row, desk.context.moments)
    assert (found.text, found.tone, found.section) == (words, tone, section)


def test_posts_without_a_date_say_what_is_meant(desk: Bench) -> None:
    soon = send(desk.staff, "Soon", when=When(Choice.SOON))
    later = send(desk.staff, "Open")
    screen = shown(desk)
    assert "As soon as it is signed" in sentence(screen.queue, soon)
    assert "No date yet" in sentence(screen.queue, later)


def test_due_times_follow_the_clock(desk: Bench, screen: ReviewScreen, week: str) -> None:
    desk.staff.clock.forward(timedelta(minutes=10))
    screen.queue.update_times()
    assert "in 38 min" in sentence(screen.queue, week)
    assert screen.queue.list.current_key == week


def test_the_author_finds_every_post_under_all_and_reads_why_not(desk: Bench, week: str) -> None:
    desk.sign_in(desk.staff.mira)
    screen = shown(desk)
    assert screen.empty.isVisible()
    assert screen.empty.title.text() == "Nothing waits for you"
    assert screen.empty.sentence.text() == "5 posts are in review; others sign."
    QTest.mouseClick(screen.show_all, Qt.MouseButton.LeftButton)
    desk.settle()
    assert screen.queue.list.current_key == week
    (stage,) = visible(screen, StageItem)
    assert "You wrote or edited this post. Somebody else signs it." in spoken(stage)
    assert "Jonas Lindqvist or Helen Castellanos" in spoken(stage)
    assert not screen.version.sign_button.isVisible()
    assert not screen.version.request_button.isVisible()


def test_a_reviewer_who_edited_the_post_cannot_sign_it(desk: Bench, week: str) -> None:
    drafting, helen = Drafting(desk.staff.desk), desk.staff.helen
    working = drafting.read(week)
    drafting.save(helen.actor, week, replace(working.body, title="Ahmed’s way"), working.saves)
    drafting.submit(helen.actor, week)
    screen = shown(desk)
    assert week not in screen.queue.keys
    screen.show_item(week)
    desk.settle()
    assert screen.queue.list.current_key == week
    assert not screen.version.sign_button.isEnabled()
    assert screen.version.sign_button.toolTip() == "You wrote or edited this post. Somebody else signs it."
    press(screen.queue.list, Qt.Key.Key_S)
    assert QApplication.activeModalWidget() is None
    assert desk.shell.said == ["You wrote or edited this post. Somebody else signs it."]


def test_nothing_is_in_review(desk: Bench) -> None:
    screen = shown(desk)
    assert (screen.empty.title.text(), screen.show_all.isVisible()) == ("Nothing waits for you", False)
    screen.queue.whose.part("all").click()
    desk.settle()
    assert screen.empty.title.text() == "No post is in review"
    press(screen.queue.list, Qt.Key.Key_S, Qt.Key.Key_R, Qt.Key.Key_C, Qt.Key.Key_J, Qt.Key.Key_D)
    assert QApplication.activeModalWidget() is None


# ---- a version -------------------------------------------------------------------------------------------------------


def test_changes_are_shown_and_spoken(screen: ReviewScreen) -> None:
    assert screen.version.tabs.current == "changes"
    assert screen.version.tabs.tabText(0) == "Changes since version 1"
    said = says(screen, DiffText)
    assert "Ahmed removed: Karimi, a teacher from Eastport,, end of removed." in said
    assert "removed: twelve, end of removed. added: twenty, end of added." in said
    assert "removed: Fri 12 Mar, 16:00 EST, end of removed. → added: Wed 10 Mar, 11:45 EST, end of added." in said
    names = {each.accessibleName() for each in visible(screen, Picture)}
    assert names == {
        "Old: Photo 1. Ahmed with two therapists",
        "New: Photo 1. A man walks between parallel bars towards a large window.",
    }


def test_a_first_version_opens_as_a_whole(desk: Bench) -> None:
    send(desk.staff, "First")
    screen = shown(desk)
    assert screen.version.tabs.current == "full"
    assert not screen.version.tabs.isTabVisible(0)
    assert "Wash your hands. It helps." in says(screen, DiffText)


def test_what_was_opened_is_counted_honestly(desk: Bench, screen: ReviewScreen) -> None:
    assert screen.version.seen.text() == "You opened 2 of 3 versions"
    folded = next(block for block in visible(screen, TextBlock) if "Instagram" in says_of(block))
    QTest.mouseClick(folded.fold, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    desk.qtbot.waitUntil(lambda: screen.version.seen.text() == "You opened 3 of 3 versions")
    assert OWN in says(screen, DiffText)


def says_of(block: QWidget) -> str:
    return " ".join(each.accessibleName() for each in block.findChildren(QWidget))


def test_a_text_counts_only_when_its_end_was_in_sight(desk: Bench) -> None:
    send(desk.staff, "Long", "\n".join(f"Line {number}" for number in range(14)) + " " + "word " * 60)
    screen = shown(desk, height=420)
    assert screen.version.seen.text() == "You opened 0 of 1 versions"
    press(screen.queue.list, Qt.Key.Key_S)
    desk.qtbot.waitUntil(lambda: desk.shell.said == ["Read the text of Practice alderbay first. Then sign off."])
    assert QApplication.activeModalWidget() is None
    area = screen.version.area
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    desk.qtbot.waitUntil(lambda: screen.version.seen.text() == "You opened 1 of 1 versions")


def test_signing_leads_to_what_was_not_read(desk: Bench, screen: ReviewScreen) -> None:
    press(screen.queue.list, Qt.Key.Key_S)
    assert desk.shell.said == ["Read the text of Instagram first. Then sign off."]
    assert screen.version.tabs.current == "full"
    desk.qtbot.waitUntil(lambda: not screen.version.unread)
    assert QApplication.activeModalWidget() is None


def test_a_new_version_must_be_read_again(desk: Bench, screen: ReviewScreen, week: str) -> None:
    desk.bridge.changed.emit(edit(desk.staff, week, text="Nine weeks ago Ahmed could not walk."))
    desk.qtbot.waitUntil(lambda: "version 3" in screen.version.about.text())
    desk.settle()
    assert desk.shell.said == ["Version 3 is here. What you read was version 2."]
    assert screen.version.tabs.tabText(0) == "Changes since version 2"
    assert screen.version.unread != []


def test_a_damaged_picture_is_told_in_its_place(desk: Bench) -> None:
    item = photo(desk.staff, "#aabbcc", "A garden")
    send(desk.staff, "Garden", media=(item,))
    path = desk.staff.desk.media.path(item.sha256)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-9] + b"elsewhere")
    screen = shown(desk)
    (picture,) = visible(screen, Picture)
    desk.qtbot.waitUntil(lambda: "A stored picture has changed" in spoken(picture), timeout=20_000)


def test_history_tells_versions_and_requests(desk: Bench, screen: ReviewScreen) -> None:
    screen.version.tabs.set_current("history")
    area = screen.version.area
    said = " | ".join(each.accessibleName() for each in area.findChildren(QWidget) if each.accessibleName())
    assert "Mira Okafor sent version 2 to review" in said
    assert "Helen Castellanos asked for changes to version 1: Surname" in said


def test_stages_say_who_signed_and_what_it_means(desk: Bench, week: str) -> None:
    Review(desk.staff.desk).sign_off(desk.staff.helen.actor, week, 2, HELEN)
    screen = shown(desk)
    screen.show_item(week)
    desk.settle()
    (stage,) = visible(screen, StageItem)
    assert "Signed v2. Helen Castellanos, privacy officer, 10:57" in spoken(stage)
    assert "“I checked this exact content. I approve publishing it in the time shown.”" in spoken(stage)
    assert not screen.version.sign_button.isEnabled()
    assert not screen.version.request_button.isEnabled()


# ---- comments --------------------------------------------------------------------------------------------------------


def test_a_comment_is_said_and_stands_there(desk: Bench, screen: ReviewScreen, week: str) -> None:
    press(screen.queue.list, Qt.Key.Key_C)
    assert screen.side.saying.comment.editor.hasFocus()
    QTest.keyClicks(screen.side.saying.comment.editor, "Who is Ines?")
    QTest.keyClick(screen.side.saying.comment.editor, Qt.Key.Key_Return)
    desk.settle()
    assert Review(desk.staff.desk).subject(week).comments[-1].text == "Who is Ines?"
    assert "You, 10:57: Who is Ines?" in says(screen, CommentItem)
    assert "You, 10:48, version 1, asks for changes" in says(screen, CommentItem)
    assert screen.side.saying.comment.text() == ""


def test_a_half_typed_comment_stays_with_its_post(desk: Bench, screen: ReviewScreen, week: str) -> None:
    screen.side.saying.comment.set_text("Half a")
    press(screen.queue.list, Qt.Key.Key_J)
    desk.settle()
    assert screen.side.saying.comment.text() == ""
    press(screen.queue.list, Qt.Key.Key_K)
    desk.settle()
    assert screen.side.saying.comment.text() == "Half a"


def test_a_comment_that_is_refused_stays_in_the_field(desk: Bench, screen: ReviewScreen) -> None:
    desk.context.session = replace(desk.staff.helen, actor=replace(desk.staff.helen.actor, verified=False))
    screen.side.saying.comment.set_text("Not kept")
    QTest.mouseClick(screen.side.saying.send, Qt.MouseButton.LeftButton)
    desk.settle()
    assert screen.side.saying.comment.text() == "Not kept"
    assert screen.side.saying.comment.error
    assert not screen.side.saying.comment.line.isReadOnly()


# ---- moving, room, accessibility -------------------------------------------------------------------------------------


def test_letters_move_and_work_only_in_the_list(desk: Bench, screen: ReviewScreen, week: str) -> None:
    keys = screen.queue.keys
    press(screen.queue.list, Qt.Key.Key_J, Qt.Key.Key_J)
    assert screen.queue.list.current_key == keys[2]
    press(screen.queue.list, Qt.Key.Key_K, Qt.Key.Key_K, Qt.Key.Key_K)
    desk.settle()
    assert screen.queue.list.current_key == week
    assert screen.version.title.text() == "Ahmed’s first steps after his stroke"
    area = screen.version.area
    press(area, Qt.Key.Key_J, Qt.Key.Key_S, Qt.Key.Key_R)
    press(screen.side.saying.comment.editor, Qt.Key.Key_J, Qt.Key.Key_S, Qt.Key.Key_R)
    assert screen.queue.list.current_key == week
    assert QApplication.activeModalWidget() is None
    assert screen.side.saying.comment.text() == "jsr"


def test_tabs_by_number_and_changes_by_letter(screen: ReviewScreen) -> None:
    for number, tab in ((2, "full"), (3, "media"), (4, "checks"), (5, "history"), (1, "changes")):
        QTest.keyClick(screen.queue.list, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.AltModifier)
        assert screen.version.tabs.current == tab
    area = screen.version.area
    screen.resize(1252, 400)
    QTest.qWait(0)
    screen.queue.list.setFocus()
    QTest.keyClick(screen.queue.list, Qt.Key.Key_D)
    below = area.verticalScrollBar().value()
    assert below > 0
    QTest.keyClick(screen.queue.list, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    assert area.verticalScrollBar().value() < below


def test_enter_goes_into_the_text(screen: ReviewScreen) -> None:
    press(screen.queue.list, Qt.Key.Key_Return)
    area = screen.version.area
    assert area.hasFocus()


def test_a_post_that_somebody_takes_back_gives_way_to_the_next(desk: Bench, screen: ReviewScreen, week: str) -> None:
    following = screen.queue.keys[1]
    desk.bridge.changed.emit(Drafting(desk.staff.desk).withdraw(desk.staff.mira.actor, week))
    desk.qtbot.waitUntil(lambda: screen.queue.list.current_key == following)
    desk.settle()
    assert desk.shell.said == ["“Ahmed’s first steps after his stroke” does not wait for you any more."]


def test_where_it_is_narrow_queue_and_approval_take_turns(desk: Bench, week: str) -> None:
    screen = shown(desk, width=904, height=526)
    assert (screen.queue.isVisible(), screen.side.isVisible()) == (False, True)
    assert screen.version.posts.text() == "Posts (5)"
    QTest.mouseClick(screen.version.posts, Qt.MouseButton.LeftButton)
    assert (screen.queue.isVisible(), screen.side.isVisible()) == (True, False)
    screen.resize(1252, 526)
    desk.qtbot.waitUntil(lambda: screen.queue.isVisible() and screen.side.isVisible())
    assert not screen.version.posts.isVisible()


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_every_control_has_a_name_and_is_reachable(
    desk: Bench, week: str, appearance: Appearance, scale: float
) -> None:
    appearance.configure(text_scale=scale)
    screen = shown(desk, width=round(1252 * scale), height=826)
    check_names(screen)
    check_reachable(screen)
    for button in (screen.version.request_button, screen.version.sign_button):
        assert button.width() >= button.sizeHint().width()
        assert screen.version.rect().contains(button.mapTo(screen.version, button.rect().bottomRight()))
    assert len(screen.regions()) == 3


def test_the_window_stays_quick_while_a_post_opens(desk: Bench, screen: ReviewScreen) -> None:
    with watchdog(0.25) as stalls:
        press(screen.queue.list, Qt.Key.Key_J)
        desk.settle()
        press(screen.queue.list, Qt.Key.Key_K)
        desk.settle()
    stalls.check()
