"""How long the gate takes without hashing pictures, beside one plain read of the same row in the same run.

Twice: for the steps of a delivery that this process has looked at before, which the limit is for; and as for a post of
which it knows nothing, told in rows, because other work on the machine slows both alike.
"""

import sys
import time
from pathlib import Path
from statistics import median

import pytest
from sqlmodel import select

from editorial.delivery.states import DeliveryState
from editorial.gate import clear_to_send
from editorial.keys import signing
from editorial.posts import records
from editorial.signoff import statement
from editorial.store.models import Delivery
from tests.editorial.delivery.scenes import UndoneError
from tests.fakes.desks import Staff, staffed
from tests.fakes.posts import scheduled

RUNS, ROUNDS, LIMIT_MS, LIMIT_ROWS = 100, 4, 3.0, 5.0
"""The quietest round counts: the machine has other work, too."""
REMEMBERED = (records._decoded, statement._decoded, signing.verify_signature)
"""What is kept of bytes that were read and verified before."""


def measured(staff: Staff, delivery_id: str, *, anew: bool) -> tuple[float, float]:
    """The medians of the gate and of reading the row, in milliseconds of processor time."""
    gate, read = [], []
    desk = staff.desk
    try:
        with desk.writing(desk.system()) as unit:
            row = unit.session.get_one(Delivery, delivery_id)
            row.state = DeliveryState.SENDING
            unit.session.flush()
            charter = desk.charter(unit.session)
            for _ in range(RUNS):
                unit.session.expire_all()
                for each in REMEMBERED if anew else ():
                    each.cache_clear()
                began = time.process_time()
                row = unit.session.exec(select(Delivery).where(Delivery.id == delivery_id)).one()
                middle = time.process_time()
                clear_to_send(unit.session, row, charter=charter, now=unit.now, media=desk.media)
                gate.append(time.process_time() - middle)
                read.append(middle - began)
            raise UndoneError
    except UndoneError:
        return median(gate) * 1000, median(read) * 1000


@pytest.mark.slow
def test_the_gate_is_quick(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with staffed(tmp_path / "desk") as staff:
        _, delivery_id = scheduled(staff, pictures=2)
        known, row = min(measured(staff, delivery_id, anew=False) for _ in range(ROUNDS))
        anew, other = min(measured(staff, delivery_id, anew=True) for _ in range(ROUNDS))
    with capsys.disabled():
        sys.stdout.write(
            f"\nthe gate {known:.2f} ms, one row {row:.2f} ms ({known / row:.1f} x); for a post not looked at yet "
            f"{anew:.2f} ms, one row {other:.2f} ms ({anew / other:.1f} x); "
            f"medians of {RUNS}, the quietest of {ROUNDS} rounds\n"
        )
    assert known <= LIMIT_MS
    assert anew / other <= LIMIT_ROWS
