"""Authorizations where posts are written and reviewed: linking in Compose, what Review says of them."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QWidget

from desktop.screens.compose.links import LinksButton
from desktop.screens.review import ReviewScreen
from editorial.authorizations.register import How, Register
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from tests.desktop.screens.composing import Composing
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.authorizations import add_reviewer, recorded, story
from tests.fakes.desktop import Bench


def composing(desk: Bench, *ids: str) -> Composing:
    """Mira at a draft that rests on these."""
    body = DraftBody(
        title="Choir visit", text="Rosa sang.", accounts=(desk.staff.connect_practice(),), authorizations=ids
    )
    post_id, _ = Drafting(desk.staff.desk).open(desk.staff.mira.actor, body)
    return Composing(desk).show(post_id)


def links(compose: Composing) -> LinksButton:
    return compose.screen.middle.head.links


def menu(compose: Composing) -> QMenu:
    (found,) = [each for each in links(compose).findChildren(QMenu) if each.isVisible()]
    return found


def words(widget: QWidget) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if each.isVisible())


def revoke(desk: Bench, key: str) -> None:
    Register(desk.staff.desk).revoke(desk.staff.helen.actor, key, How.LETTER, date(2027, 3, 9))


def test_linking_and_unlinking_by_keyboard(desk: Bench) -> None:
    add_reviewer(desk.staff)
    key, other = recorded(desk.staff), recorded(desk.staff, "Ahmed K.")
    compose = composing(desk)
    button = links(compose)
    assert button.text() == "Link authorization"
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(button, Qt.Key.Key_Space)
    opened = menu(compose)
    assert [each.text().split(":")[0] for each in opened.actions()] == ["A-2  Ahmed K.", "A-1  Rosa M."]
    QTest.keyClick(opened, Qt.Key.Key_Down)
    QTest.keyClick(opened, Qt.Key.Key_Down)
    QTest.keyClick(opened, Qt.Key.Key_Return)
    assert button.text() == "A-1"
    assert button.accessibleName() == "Authorizations: A-1, Rosa M.: first name, photo"
    compose.screen.settle()
    desk.settle()
    assert compose.stored().body.authorizations == (key,)
    assert "Patient story" in words(compose.screen.middle.head)
    button.linked.emit(other)
    assert button.text() == "A-1, A-2"
    button.linked.emit(key)
    compose.screen.settle()
    desk.settle()
    assert compose.stored().body.authorizations == (other,)


def test_nothing_valid_says_so(desk: Bench) -> None:
    revoke(desk, recorded(desk.staff))
    compose = composing(desk)
    QTest.mouseClick(links(compose), Qt.MouseButton.LeftButton)
    (action,) = menu(compose).actions()
    assert not action.isEnabled()
    assert "none that is valid" in action.text()
    menu(compose).close()


def test_one_that_ended_is_marked_at_once(desk: Bench) -> None:
    key = recorded(desk.staff)
    compose = composing(desk, key)
    assert links(compose).text() == "A-1"
    desk.bridge.run(lambda: revoke(desk, key))
    desk.settle()
    compose.screen.refresh()
    desk.settle()
    assert links(compose).accessibleName() == "Authorizations: A-1, Rosa M.: Authorization A-1 was revoked."
    state = compose.screen.strips.state
    assert state is not None
    assert state.title.text() == "Authorization A-1 was revoked."
    links(compose).linked.emit(key)
    assert "revoked" not in words(compose.screen.middle.head)


def test_what_is_not_covered_is_refused_in_words(desk: Bench) -> None:
    add_reviewer(desk.staff)
    compose = composing(desk, recorded(desk.staff, networks=("mastodon",)))
    compose.screen.sending.send()
    desk.settle()
    assert "does not name this network" in words(compose.screen.middle.head)
    assert links(compose).hasFocus()


def test_who_only_reads_can_not_link(desk: Bench) -> None:
    key, person = recorded(desk.staff), desk.staff.jonas
    compose = composing(desk, key)
    desk.sign_in(person)
    button = links(compose)
    button.show_post(button._choices, (key,), False)
    assert not button.open_menu(button).actions()[0].isEnabled()
    menu(compose).close()
    button.show_post(button._choices, (), False)
    assert button.isHidden()


def test_the_head_has_names_and_is_reachable(desk: Bench) -> None:
    compose = composing(desk, recorded(desk.staff))
    check_names(compose.screen.middle.head)
    check_reachable(compose.window)
    assert any(command.text == "Link an authorization…" for command in compose.screen.commands())
    compose.screen._open_links()
    menu(compose).close()


# ---- Review ----------------------------------------------------------------------------------------------------------


def reviewing(desk: Bench, post_id: str) -> ReviewScreen:
    desk.sign_in(desk.staff.helen)
    screen = ReviewScreen(desk.context)
    desk.qtbot.addWidget(screen)
    screen.resize(1252, 826)
    screen.show()
    desk.settle()
    screen.show_item(post_id)
    desk.settle()
    return screen


def test_review_says_what_each_covers_and_until_when(desk: Bench) -> None:
    key = recorded(desk.staff, expires_with="The choir stops")
    screen = reviewing(desk, story(desk.staff, [key], desk.staff.connect_practice()))
    said = words(screen.version)
    assert "A-1, Rosa M.: covers first name, photo, on Practice network, until Tue 30 Nov 2027" in said
    assert "Sign only if this has not happened: The choir stops" in said


def test_review_warns_as_soon_as_it_is_revoked(desk: Bench) -> None:
    key = recorded(desk.staff)
    post_id = story(desk.staff, [key], desk.staff.connect_practice())
    screen = reviewing(desk, post_id)
    assert "revoked" not in words(screen.version)
    desk.bridge.run(lambda: Register(desk.staff.desk).revoke(desk.staff.helen.actor, key, How.LETTER, date(2027, 3, 9)))
    desk.settle()
    screen.show_item(post_id)  # it went back to the drafts, and can still be looked at
    desk.settle()
    assert "Authorization A-1 was revoked." in words(screen.version)


def test_a_post_without_one_says_nothing(desk: Bench) -> None:
    drafting = Drafting(desk.staff.desk)
    body = DraftBody(title="Flu", text="Flu vaccination.", accounts=(desk.staff.connect_practice(),))
    post_id, _ = drafting.open(desk.staff.mira.actor, body)
    drafting.submit(desk.staff.mira.actor, post_id)
    assert "Authorization" not in words(reviewing(desk, post_id).version)
