"""How long the gate takes without hashing pictures, beside one plain read of the same row in the same run."""

import sys
import time
from pathlib import Path
from statistics import median

import pytest
from sqlmodel import select

from editorial.delivery.states import DeliveryState
from editorial.gate import clear_to_send
from editorial.store.models import Delivery
from tests.editorial.delivery.scenes import UndoneError
from tests.fakes.desks import staffed
from tests.fakes.posts import scheduled

RUNS, LIMIT_MS = 200, 3.0


@pytest.mark.slow
@pytest.mark.xfail(reason="the limit is not met yet: too many queries; the line above tells what this run measured")
def test_the_gate_is_quick(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gate, read = [], []
    with staffed(tmp_path / "desk") as staff:
        desk = staff.desk
        _, delivery_id = scheduled(staff, pictures=2)
        try:
            with desk.writing(desk.system()) as unit:
                row = unit.session.get_one(Delivery, delivery_id)
                row.state = DeliveryState.SENDING
                unit.session.flush()
                charter = desk.charter(unit.session)
                for _ in range(RUNS):
                    unit.session.expire_all()
                    began = time.process_time()
                    row = unit.session.exec(select(Delivery).where(Delivery.id == delivery_id)).one()
                    middle = time.process_time()
                    clear_to_send(unit.session, row, charter=charter, now=unit.now, media=desk.media)
                    gate.append(time.process_time() - middle)
                    read.append(middle - began)
                raise UndoneError
        except UndoneError:
            pass
    took, base = median(gate) * 1000, median(read) * 1000
    with capsys.disabled():
        sys.stdout.write(f"\nthe gate {took:.2f} ms, one row {base:.2f} ms ({took / base:.1f} x), medians of {RUNS}\n")
    assert took <= LIMIT_MS
