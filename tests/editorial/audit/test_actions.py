"""The codes of entries stand in exported logs for ever, and every one has words."""

import re

import pytest

from editorial.audit.actions import ABOUT, Action, words
from editorial.changes import Kind

RELEASED = {
    "log.started", "log.verified", "log.exported", "workspace.created", "secret.restored", "recovery.shown",
    "person.added", "person.rekeyed", "charter.signed", "person.signed_in", "person.sign_in_refused",
    "person.tries_forgiven", "person.signed_out", "person.locked", "post.opened", "post.discarded", "media.added",
    "post.frozen", "post.submitted", "post.changes_requested", "post.withdrawn", "post.commented", "post.signed_off",
    "post.sign_offs_ended", "post.scheduled", "post.unscheduled", "post.state", "delivery.cancelled",
    "delivery.started", "delivery.step_started", "delivery.step_ended", "delivery.published", "delivery.pending",
    "delivery.refused", "delivery.uncertain", "delivery.missed", "delivery.stopped", "delivery.released",
    "delivery.looked_up", "delivery.resolved", "delivery.rescheduled", "hold.set", "hold.lifted",
    "account.connected", "account.tested", "account.renewed", "account.problem", "account.disconnected",
    "publisher.started", "publisher.stopped",
}  # fmt: skip


def test_no_code_was_renamed_or_dropped() -> None:
    assert set(Action) >= RELEASED


@pytest.mark.parametrize("action", list(Action))
def test_every_code_has_words_and_changes_the_log(action: Action) -> None:
    about = ABOUT[action]
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", action)
    assert about.words[0].isupper()
    assert Kind.LOG in about.kinds
    assert "{" not in words(action, "5")


def test_codes_of_a_newer_version_are_shown_as_they_are() -> None:
    assert words("post.signed_off", "5") == "Signed version 5"
    assert words("post.signed_off") == "Signed version ?"
    assert words("from.a.newer.version", "5") == "from.a.newer.version"
