"""The Review screen and its dialogs on a staffed workspace, for pictures of them."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.bridge import Bridge
from desktop.context import Context, Services
from desktop.look import look
from desktop.moments import Moments
from desktop.practice import PracticeHost
from desktop.screens.review import ReviewScreen
from desktop.screens.review.accept import AcceptDialog
from desktop.screens.review.batch import BatchDialog
from desktop.screens.review.pages import Pages
from desktop.screens.review.pictures import Pictures
from desktop.screens.review.request import RequestDialog
from desktop.screens.review.signoff import SignOffDialog
from desktop.screens.review.texts import ruled
from desktop.screens.review.versions import VersionDialog
from editorial.posts.comments import Comments
from editorial.posts.passages import Passage
from editorial.posts.reading import Reading
from editorial.posts.review import Review
from editorial.signoff.statement import COVERED, NOT_A_PATIENT
from tests.desktop.screens.review_posts import NEW, ZONE, busy_week, patient_story, signed_again
from tests.fakes.desks import HELEN, JONAS, staffed
from tests.fakes.desktop import NotedShell
from tests.gallery_compose import pump


class Stage:
    """A staffed workspace with the screen on it, put away with the screen."""

    def __init__(self, *, author: bool = False, empty: bool = False, again: bool = False, story: bool = False) -> None:
        self._stack = ExitStack()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        staff = self.staff = self._stack.enter_context(staffed(folder / "desk"))
        make = patient_story if story else signed_again if again else busy_week
        self.post = "" if empty else make(staff)
        self.bridge = Bridge()
        moments = Moments(ZONE, staff.clock, QLocale.c())
        person, host = staff.mira if author else staff.helen, PracticeHost(folder / "desk")
        self.context = Context(Services(staff.desk), self.bridge, look(), person, NotedShell(), moments, host)
        self.screen = ReviewScreen(self.context)
        self.screen.destroyed.connect(self.close)

    def close(self) -> None:
        """Puts everything away."""
        if isValid(self.bridge):  # at the end of the program Qt may have been quicker
            self.bridge.close()
        self._stack.close()


_STAGES: list[Stage] = []


def _stage(width: int, height: int, **which: bool) -> Stage:
    stage = Stage(**which)
    _STAGES.append(stage)
    stage.screen.resize(look().px(width), look().px(height))
    stage.screen.show()
    pump(stage.bridge)
    return stage


def build() -> QWidget:
    """The screen as in picture 04."""
    return _stage(1252, 826).screen


def build_again() -> QWidget:
    """A version that came back after it was signed, with three stages, a deputy and comments."""
    return _stage(1252, 826, again=True).screen


def build_sides() -> QWidget:
    """What changed since a signature, side by side."""
    stage = _stage(1252, 826, again=True)
    stage.screen.version.strip.arrangement.part("side").click()
    pump(stage.bridge)
    return stage.screen


def build_sides_narrow() -> QWidget:
    """The same in the narrowest window."""
    stage = _stage(904, 526, again=True)
    stage.screen.version.strip.arrangement.part("side").click()
    pump(stage.bridge)
    return stage.screen


def build_history() -> QWidget:
    """Every version with what happened to it."""
    stage = _stage(1252, 826, again=True)
    stage.screen.version.tabs.set_current("history")
    pump(stage.bridge)
    return stage.screen


def build_passage() -> QWidget:
    """The author looks at a suggestion, and somebody suggests other words for a passage."""
    stage = _stage(1252, 826, author=True, again=True)
    stage.screen.show_item(stage.post)
    pump(stage.bridge)
    saying = stage.screen.side.saying
    saying.about_passage(Passage("Every minute counts.", NEW.index("Every minute")))
    saying.suggest.click()
    return stage.screen


def build_version() -> QWidget:
    """The dialog in which an older version is read."""
    stage = _stage(1252, 826, again=True)
    page = Reading(stage.context.desk).page(stage.context.actor, stage.post, 1)
    pictures = Pictures(stage.context, stage.screen)
    return VersionDialog(page, ruled(Pages(page, stage.context.moments, pictures).full())[:-1], stage.screen)


def build_full() -> QWidget:
    """The whole post."""
    stage = _stage(1252, 826)
    stage.screen.version.tabs.set_current("full")
    pump(stage.bridge)
    return stage.screen


def build_narrow() -> QWidget:
    """The narrowest window, with the queue in sight."""
    stage = _stage(904, 526)
    stage.screen.version.posts.click()
    return stage.screen


def build_author() -> QWidget:
    """What the author sees: who signs, and why not the author."""
    stage = _stage(1252, 826, author=True)
    stage.screen.show_item(stage.post)
    pump(stage.bridge)
    return stage.screen


def build_empty() -> QWidget:
    """Nothing waits."""
    return _stage(1252, 826, empty=True).screen


def build_sign_off() -> QWidget:
    """The dialog of picture 05."""
    stage = _stage(1252, 826)
    page = Reading(stage.context.desk).page(stage.context.actor, stage.post)
    return SignOffDialog(stage.context, page, sorted(page.labels), stage.screen)


def build_settling() -> QWidget:
    """A privacy officer settles findings that could be about patients."""
    stage = _stage(1252, 826, story=True)
    Review(stage.context.desk).sign_off(stage.staff.jonas.actor, stage.post, 1, JONAS)
    page = Reading(stage.context.desk).page(stage.context.actor, stage.post)
    dialog = SignOffDialog(stage.context, page, sorted(page.labels), stage.screen)
    covered, because = dialog.settling.cards.values()
    covered.looked.setChecked(True)
    covered.why.setCurrentIndex(0)
    because.looked.setChecked(True)
    because.why.setCurrentIndex(1)
    because.show_error("Say why it may stand. If it may not, cancel and request changes.")
    return dialog


def build_checks() -> QWidget:
    """What reviewers read of findings: one kept by its author, two settled by a privacy officer."""
    stage = _stage(1252, 826, story=True)
    review = Review(stage.context.desk)
    review.sign_off(stage.staff.jonas.actor, stage.post, 1, JONAS)
    hows = {0: f"{COVERED}A-1", 1: f"{NOT_A_PATIENT}Ben is our therapy dog."}
    review.sign_off(stage.staff.helen.actor, stage.post, 1, HELEN, settled=hows)
    stage.screen.show_item(stage.post)
    pump(stage.bridge)
    stage.screen.version.tabs.set_current("checks")
    pump(stage.bridge)
    return stage.screen


def build_accepting() -> QWidget:
    """The lead's turn, before and after accepting a warning: here it is accepted, and may be so with another reason."""
    stage = _stage(1252, 826, story=True)
    stage.context.session = stage.staff.jonas
    why = "The list is public; I looked it up."
    Review(stage.context.desk).accept(stage.context.actor, stage.post, 1, 2, why)
    stage.screen.refresh()
    stage.screen.show_item(stage.post)
    pump(stage.bridge)
    stage.screen.version.tabs.set_current("checks")
    pump(stage.bridge)
    return stage.screen


def build_accept() -> QWidget:
    """The dialog in which a reviewer accepts a warning."""
    stage = _stage(1252, 826, story=True)
    stage.context.session = stage.staff.jonas
    page = Reading(stage.context.desk).page(stage.context.actor, stage.post)
    return AcceptDialog(stage.context, page, 2, stage.screen)


def build_sign_accepted() -> QWidget:
    """The sign-off dialog with an accepted warning."""
    stage = _stage(1252, 826, story=True)
    stage.context.session = stage.staff.jonas
    why = "The list is public; I looked it up."
    Review(stage.context.desk).accept(stage.context.actor, stage.post, 1, 2, why)
    page = Reading(stage.context.desk).page(stage.context.actor, stage.post)
    return SignOffDialog(stage.context, page, sorted(page.labels), stage.screen)


def build_mentioned() -> QWidget:
    """A comment that names the person who looks."""
    stage = _stage(1252, 826, again=True)
    Comments(stage.context.desk).say(stage.staff.mira.actor, stage.post, "Is the number right, @Helen Castellanos?")
    stage.screen.refresh()
    pump(stage.bridge)
    return stage.screen


def build_settled_by_others() -> QWidget:
    """Somebody else signs such a version, and sees who settles the findings."""
    stage = _stage(1252, 826, story=True)
    stage.context.session = stage.staff.jonas
    page = Reading(stage.context.desk).page(stage.context.actor, stage.post)
    return SignOffDialog(stage.context, page, sorted(page.labels), stage.screen)


def build_batch() -> QWidget:
    """Several versions that were read are signed with one passphrase; one of them is no more to be signed."""
    stage = _stage(1252, 826)
    context = stage.context
    waiting = context.review.queue(context.actor)[:3]
    pages = [Reading(context.desk).page(context.actor, row.post_id) for row in waiting]
    opened = {page.subject.post_id: sorted(page.labels) for page in pages}
    dialog = BatchDialog(context, pages, opened, stage.screen)
    dialog.items[0].decide.setChecked(True)
    dialog.items[1].close_as("Not signed. Version 2 exists. You looked at version 1. Look at it first.")
    dialog.items[2].close_as("Signed.", signed=True)
    return dialog


def build_read() -> QWidget:
    """The queue after two posts were read."""
    stage = _stage(1252, 826)
    for key in stage.screen.queue.keys[1:3]:
        stage.screen.show_item(key)
        pump(stage.bridge)
    return stage.screen


def build_request() -> QWidget:
    """The dialog that asks for changes."""
    stage = _stage(1252, 826)
    page = Reading(stage.context.desk).page(stage.context.actor, stage.post)
    return RequestDialog(stage.context, page, "", stage.screen)
