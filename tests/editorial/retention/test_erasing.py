"""Erasing: what goes, what is left of it, who may, and that the log stays whole."""

from datetime import timedelta

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.retention.plan import Kind
from tests.editorial.retention.records import YEAR, bytes_left, draft, erase, names, planned, published
from tests.fakes.authorizations import PDF, recorded
from tests.fakes.desks import Staff


def test_nothing_young_goes(staff: Staff) -> None:
    published(staff, "Flu vaccination starts on Monday.", pictures=1)
    draft(staff, "A thought about parking")
    recorded(staff, scan=PDF)
    staff.clock.forward(timedelta(days=90))
    assert planned(staff.desk).items == ()


def test_after_six_years_all_of_it_goes_and_no_byte_is_left(staff: Staff) -> None:
    post = published(staff, "Zebrafish rehabilitation begins.", pictures=2)
    key = recorded(staff, scan=PDF, signer_name="Quetzalcoatl Meyer")
    staff.clock.forward(8 * YEAR)
    before = bytes_left(staff.desk)
    words = (b"Zebrafish", b"Quetzalcoatl", b"answers the telephone")
    assert all(word in before for word in words)
    plan = planned(staff.desk)
    assert {post, key} <= names(plan)
    done = erase(staff)
    assert (done.counts[Kind.POST], done.counts[Kind.AUTHORIZATION], done.left) == (1, 1, 0)
    assert done.counts[Kind.PICTURE] >= 2
    after = bytes_left(staff.desk)
    assert [word for word in words if word in after] == []
    assert [
        path for folder in ("media", "documents") for path in (staff.desk.folder / folder).rglob("*") if path.is_file()
    ] == []
    assert planned(staff.desk).items == ()
    entry = Auditing(staff.desk).entries(limit=1)[0]
    assert (entry.action, entry.actor) == (Action.ERASED, "Helen Castellanos")
    assert entry.body["posts"] == [post]
