"""An older copy of the database takes the place of the newer one: what was sent meanwhile is not sent again."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from editorial.delivery.outbox import Outbox
from editorial.delivery.restored import remember, sent_by_unknown
from editorial.delivery.states import DeliveryState
from editorial.desk import DATABASE, open_desk
from editorial.outcomes import Refused
from scheduler.ledger import Ledger
from tests.fakes.desks import WEAK, Staff
from tests.fakes.posts import SOON, scheduled
from tests.fakes.scripted import Scripted, script
from tests.scheduler.conftest import Bench

S = DeliveryState


def back_up(staff: Staff, copy: Path) -> None:
    with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def restored(staff: Staff, copy: Path) -> Staff:
    """The desk as the next process opens it."""
    desk = staff.desk
    desk.close()
    for path in desk.folder.glob(f"{DATABASE}*"):
        path.unlink()
    shutil.copyfile(copy, desk.folder / DATABASE)
    return replace(staff, desk=open_desk(desk.folder, vault=desk.vault, clock=desk.clock, kdf=WEAK))


def state(staff: Staff, delivery: str) -> tuple[S, str]:
    (row,) = [row for row in Outbox(staff.desk).rows() if row.delivery_id == delivery]
    return row.state, row.reason


def test_what_was_sent_after_the_copy_is_in_doubt_and_what_was_not_goes_out(staff: Staff, tmp_path: Path) -> None:
    bench = Bench(staff, Scripted())
    account = bench.account()
    before, after, never = (bench.due(f"Post {number}", account) for number in range(3))
    bench.sender.send(before)
    back_up(staff, tmp_path / "copy.db")
    bench.sender.send(after)
    old = restored(staff, tmp_path / "copy.db")
    again = Bench(old, Scripted())
    assert remember(old.desk, again.parts.ledger.calls()) == (after,)
    assert remember(old.desk, again.parts.ledger.calls()) == ()
    for delivery in (before, after, never):
        again.sender.send(delivery)
    assert state(old, before)[0] is S.PUBLISHED
    assert state(old, after) == (S.UNCERTAIN, "The workspace was restored from an older copy")
    assert state(old, never)[0] is S.PUBLISHED
    assert len(again.network.calls) == 1  # type: ignore[attr-defined]
    old.desk.close()


def test_a_repeat_tells_the_network_the_same_time_and_key_as_before(staff: Staff, tmp_path: Path) -> None:
    bench = Bench(staff, Scripted())
    delivery = bench.due()
    back_up(staff, tmp_path / "copy.db")
    bench.passes(60)
    bench.sender.send(delivery)
    sent = bench.parts.deliveries.job(delivery).prepared
    old = restored(staff, tmp_path / "copy.db")
    again = Bench(old, Scripted())
    remember(old.desk, again.parts.ledger.calls())
    job = again.parts.deliveries.job(delivery)
    assert job.prepared == sent
    assert (job.doubts, job.first_public_at) == (1, sent.created_at)
    old.desk.close()


def test_what_a_delivery_sent_that_the_copy_does_not_know_is_not_sent_by_another(staff: Staff, tmp_path: Path) -> None:
    bench = Bench(staff, Scripted())
    account = bench.account()
    post, delivery = scheduled(staff, "Once.", account=account)
    back_up(staff, tmp_path / "copy.db")
    Outbox(staff.desk).cancel(staff.mira.actor, delivery)
    Outbox(staff.desk).schedule(staff.mira.actor, post, SOON)
    (second,) = [each for _, each in bench.parts.deliveries.due(staff.clock.now())]
    bench.sender.send(second)
    assert [call.delivery_id for call in bench.parts.ledger.calls()] == [second]
    old = restored(staff, tmp_path / "copy.db")
    again = Bench(old, Scripted())
    calls = again.parts.ledger.calls()
    assert remember(old.desk, calls) == ()
    again.parts.sent_before.update(sent_by_unknown(old.desk, calls))
    again.sender.send(delivery)
    assert again.network.calls == []  # type: ignore[attr-defined]
    assert state(old, delivery)[0] is S.STOPPED
    old.desk.close()


def test_a_call_that_cannot_be_noted_is_not_made(staff: Staff, tmp_path: Path) -> None:
    bench = Bench(staff, Scripted())
    delivery = bench.due()
    (staff.desk.folder / "sent.jsonl").mkdir()
    bench.sender.send(delivery)
    assert bench.network.calls == []  # type: ignore[attr-defined]
    assert state(staff, delivery)[0] is S.RETRYING


def test_a_torn_line_is_no_call(tmp_path: Path) -> None:
    file = tmp_path / "sent.jsonl"
    assert Ledger(file).calls() == ()
    file.write_text('{"attempt": "a", "delivery"\n[]\n{"attempt": 1}\n', encoding="utf-8")
    assert Ledger(file).calls() == ()


def test_the_ledger_lies_outside_the_workspace(staff: Staff) -> None:
    ledger = Ledger.of(staff.desk)
    assert staff.desk.folder not in ledger._path.parents
    assert ledger._path == Ledger.of(staff.desk)._path


def test_a_refused_call_is_noted_too(staff: Staff) -> None:
    bench = Bench(staff, Scripted(answers=script(post=[Refused("No", "", "no")])))
    delivery = bench.due()
    bench.sender.send(delivery)
    (call,) = bench.parts.ledger.calls()
    assert (call.delivery_id, call.step) == (delivery, "post")
