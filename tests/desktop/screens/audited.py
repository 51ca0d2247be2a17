"""The Audit screen over three posts in review, and what stands on it."""

from PySide6.QtCore import Qt

from desktop.screens.audit import AuditScreen
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from tests.fakes.desktop import Bench


def audit_screen(desk: Bench) -> AuditScreen:
    account = desk.staff.connect_practice()
    drafting = Drafting(desk.staff.desk)
    for number in range(3):
        post, _ = drafting.open(desk.staff.mira.actor, DraftBody(f"Post {number}", "Hello", accounts=(account,)))
        drafting.submit(desk.staff.mira.actor, post)
    found = AuditScreen(desk.context)
    desk.qtbot.addWidget(found)
    found.resize(1252, 826)
    found.show()
    desk.settle()
    return found


def title(screen: AuditScreen) -> str:
    assert screen.banner is not None
    return screen.banner.title.text()


def sentences(screen: AuditScreen) -> str:
    model = screen.table.model()
    role = Qt.ItemDataRole.AccessibleTextRole
    return "\n".join(str(model.data(model.index(row, 0), role)) for row in range(model.rowCount()))
