"""What Review says and offers beside the decisions: cards that networks make, and reporting a concern."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.concerns import ReportConcernDialog
from desktop.screens.review import ReviewScreen
from desktop.widgets.buttons import IconButton
from desktop.widgets.text import Label
from editorial.cards import CARD_NOTE
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.when import Choice, When
from tests.desktop.screens.composing import connect
from tests.fakes.desktop import Bench


def reviewed(desk: Bench, text: str) -> ReviewScreen:
    """A first version with that text for Mastodon and Bluesky, open in Review."""
    accounts = (connect(desk.staff, "mastodon"), connect(desk.staff, "bluesky"))
    drafting, mira = Drafting(desk.staff.desk), desk.staff.mira.actor
    post, _ = drafting.open(mira, DraftBody("Joints", text, accounts=accounts, when=When(Choice.SOON)))
    drafting.submit(mira, post)
    screen = ReviewScreen(desk.context)
    desk.qtbot.addWidget(screen)
    screen.resize(1252, 826)
    screen.show()
    desk.settle()
    return screen


def notes(screen: ReviewScreen) -> list[str]:
    shown = [label.text() for label in screen.version.area.findChildren(Label) if label.isVisible()]
    return [words for words in shown if CARD_NOTE in words]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Read https://alderbay.org/joints.", [f"Mastodon: {CARD_NOTE}"]), ("Come and see us.", [])],
    ids=["link", "no-link"],
)
def test_a_card_that_the_network_makes_is_not_part_of_what_is_signed(
    desk: Bench, text: str, expected: list[str]
) -> None:
    assert notes(reviewed(desk, text)) == expected


def test_a_concern_is_reported_from_the_head(desk: Bench) -> None:
    screen = reviewed(desk, "Come and see us.")
    flag = next(each for each in screen.version.findChildren(IconButton) if each.accessibleName().startswith("Report"))
    QTest.mouseClick(flag, Qt.MouseButton.LeftButton)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ReportConcernDialog)
    assert dialog.subtitle.text() == "P-1, Joints"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert "Report a concern…" in [command.text for command in screen.commands()]
