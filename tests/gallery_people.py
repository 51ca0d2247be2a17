"""The dialogs about people, routes and the policy, for pictures of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QWidget

from desktop.people.allow import AllowListDialog
from desktop.people.deputies import DeputiesDialog, DeputyDialog
from desktop.people.leave import LeaveDialog
from desktop.people.minimum import MinimumDialog
from desktop.people.person import PersonDialog, Purpose, Someone
from desktop.people.policy import NewPolicyDialog, PolicyDialog
from desktop.people.route import RemoveRouteDialog, RouteDialog, StageEditor
from desktop.people.rules import CrisisDialog, RulesDialog
from desktop.people.stage import StageDialog
from desktop.shell.window import ShellWindow
from editorial.allow_list import Own, allow_list_of
from editorial.charter.document import Charter, Deputy, Role, RouteKind
from editorial.people.amending import add_deputy, set_route, together
from editorial.people.desk_people import People, Signer
from editorial.people.routes import Waiting
from editorial.policy import Policies
from tests.fakes.desks import HELEN, JONAS, add_person
from tests.gallery_compose import pump
from tests.gallery_shell import over

SANA = "velvet orchard ninety canals"


def _charter(window: ShellWindow) -> Charter:
    with window.context.desk.reading() as session:
        return window.context.desk.charter(session).charter


def _id(window: ShellWindow, name: str) -> str:
    return next(member.id for member in _charter(window).members if member.name.startswith(name))


def _both(window: ShellWindow) -> list[Signer]:
    return [Signer(_id(window, "Jonas"), JONAS), Signer(_id(window, "Helen"), HELEN)]


def _with_sana(window: ShellWindow) -> str:
    people, actor = People(window.context.desk), window.context.actor
    return add_person(people, actor, "Sana Haddad", "sana", SANA, Role.CLINICAL_REVIEWER, _both(window))


def _with_deputies(window: ShellWindow) -> None:
    now, sana = window.context.desk.clock.now(), _with_sana(window)
    jonas, helen, mira = (_id(window, name) for name in ("Jonas", "Helen", "Mira"))
    crisis = _charter(window).route_for(RouteKind.CRISIS)
    named = replace(crisis, stages=(replace(crisis.stages[0], people=(mira,)),))
    change = together(
        add_deputy(Deputy(helen, jonas, now - timedelta(days=1), now + timedelta(days=9))),
        add_deputy(Deputy(sana, mira, now + timedelta(days=20), now + timedelta(days=34))),
        set_route(named),
    )
    People(window.context.desk).amend(window.context.actor, change, _both(window))


def _opened(window: ShellWindow, dialog: QWidget) -> QWidget:
    dialog.open()  # type: ignore[attr-defined]
    pump(window.context.bridge)
    return dialog


def _deputies(window: ShellWindow) -> QWidget:
    _with_deputies(window)
    return _opened(window, DeputiesDialog(window, window.context, _charter(window)))


def _deputy(window: ShellWindow) -> QWidget:
    dialog = DeputyDialog(window, window.context, _charter(window), _id(window, "Helen"))
    dialog.form.last.setDate(QDate(2027, 3, 1))
    _opened(window, dialog)
    dialog.form.stand_in.setCurrentIndex(0)
    dialog.button.click()
    return dialog


def _leave(window: ShellWindow) -> QWidget:
    _with_deputies(window)
    person = _charter(window).member(_id(window, "Mira"))
    assert person is not None
    return _opened(window, LeaveDialog(window, window.context, _charter(window), person))


def _leave_sign(window: ShellWindow) -> QWidget:
    dialog = _leave(window)
    assert isinstance(dialog, LeaveDialog)
    dialog.form.author.setCurrentIndex(1)
    dialog.form.place.setCurrentIndex(1)
    dialog.button.click()
    return dialog


def _mend(window: ShellWindow) -> QWidget:
    _with_sana(window)
    helen = Someone(_id(window, "Helen"), "Helen Castellanos", "helen", frozenset({Role.PRIVACY_OFFICER}))
    dialog = PersonDialog(window, window.context, _charter(window), Purpose.REKEY, helen)
    _opened(window, dialog)
    dialog.form.passphrase.set_text("bronze lantern sixty harbours")
    dialog.button.click()
    return dialog


def _rules(window: ShellWindow) -> QWidget:
    _with_deputies(window)
    return _opened(window, RulesDialog(window, window.context))


def _stage(window: ShellWindow) -> StageDialog:
    charter = _charter(window)
    route = charter.route_for(RouteKind.CLINICAL)
    dialog = StageDialog(window, window.context, charter, route, route.stages[1])
    dialog.open()
    pump(window.context.bridge)
    return dialog


def _stage_sign(window: ShellWindow) -> QWidget:
    _with_sana(window)
    dialog = _stage(window)
    dialog.form.due.setCurrentIndex(dialog.form.due.findData(120))
    dialog.button.click()
    return dialog


def _route(window: ShellWindow) -> QWidget:
    charter = _charter(window)
    story = charter.route_for(RouteKind.STORY)
    return _opened(window, RouteDialog(window, window.context, charter, (), story))


def _route_sign(window: ShellWindow) -> QWidget:
    dialog = RouteDialog(window, window.context, _charter(window), (), None)
    _opened(window, dialog)
    dialog.name.set_text("Sports")
    dialog.button.click()
    return dialog


def _route_stage(window: ShellWindow) -> QWidget:
    dialog = StageEditor(window, _charter(window), None, first=False)
    _opened(window, dialog)
    dialog.button.click()
    return dialog


def _route_remove(window: ShellWindow) -> QWidget:
    charter = _charter(window)
    dialog = RemoveRouteDialog(window, window.context, charter, (), charter.route_for(RouteKind.CRISIS))
    _opened(window, dialog)
    dialog.button.click()
    return dialog


def _own(window: ShellWindow) -> AllowListDialog:
    found = allow_list_of({Own.STAFF: "Helen Castellanos, RN\nJonas Lindqvist", Own.PHONE: "988\n555-010-0199"})
    dialog = AllowListDialog(window, window.context, _charter(window), found)
    _opened(window, dialog)
    dialog.areas[Own.DOMAIN].setPlainText("gmail.com")
    return dialog


def _own_told(window: ShellWindow) -> QWidget:
    dialog = _own(window)
    dialog.button.click()
    return dialog


def _own_sign(window: ShellWindow) -> QWidget:
    dialog = _own(window)
    dialog.areas[Own.DOMAIN].setPlainText("alderbay.org")
    dialog.areas[Own.PHONE].setPlainText("988")
    dialog.button.click()
    return dialog


def _minimum(window: ShellWindow) -> QWidget:
    waiting = (Waiting(318, "Standard", "sha256:0"),)
    return _opened(window, MinimumDialog(window, window.context, _charter(window), waiting))


def _crisis(window: ShellWindow) -> QWidget:
    return _opened(window, CrisisDialog(window, window.context, _charter(window)))


def _policy(window: ShellWindow) -> QWidget:
    return _opened(window, PolicyDialog(window, window.context))


def _policy_asked(window: ShellWindow) -> QWidget:
    text = Policies(window.context.desk).in_force()
    assert text is not None
    Policies(window.context.desk).adopt(window.context.actor, text.text + "\n\nAsk Helen.", _both(window))
    asked = "Before your post goes to review: this is the version in force. Your text is saved."
    return _opened(window, PolicyDialog(window, window.context, asked=asked))


def _policy_change(window: ShellWindow) -> QWidget:
    text = Policies(window.context.desk).in_force()
    assert text is not None
    return _opened(window, NewPolicyDialog(window, window.context, _charter(window), text.text))


def _policy_sign(window: ShellWindow) -> QWidget:
    dialog = _policy_change(window)
    assert isinstance(dialog, NewPolicyDialog)
    dialog.area.setPlainText(dialog.area.toPlainText().replace("## Accounts", "## Our accounts") + "\n\nAsk Helen.")
    dialog.button.click()
    return dialog


def _build(show: Callable[[ShellWindow], QWidget]) -> Callable[[], QWidget]:
    return lambda: over(show)


DIALOGS: tuple[tuple[str, Callable[[], QWidget], int], ...] = (
    ("people-deputies", _build(_deputies), 420),
    ("people-deputy", _build(_deputy), 440),
    ("people-leave", _build(_leave), 560),
    ("people-leave-sign", _build(_leave_sign), 560),
    ("people-mend", _build(_mend), 620),
    ("policy-rules", _build(_rules), 560),
    ("policy-stage", _build(_stage), 620),
    ("policy-stage-sign", _build(_stage_sign), 520),
    ("policy-crisis", _build(_crisis), 300),
    ("policy-route", _build(_route), 600),
    ("policy-route-sign", _build(_route_sign), 560),
    ("policy-route-stage", _build(_route_stage), 720),
    ("policy-route-remove", _build(_route_remove), 320),
    ("policy-own", _build(_own_told), 640),
    ("policy-own-sign", _build(_own_sign), 560),
    ("policy-minimum", _build(_minimum), 420),
    ("policy-read", _build(_policy), 560),
    ("policy-asked", _build(_policy_asked), 580),
    ("policy-change", _build(_policy_change), 560),
    ("policy-sign", _build(_policy_sign), 560),
)
"""Name, builder, and a height at text size 100 %; all are as wide as a dialog."""
