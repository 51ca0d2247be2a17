"""What screen tests share: a staffed workspace behind a bench."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from tests.fakes.desks import Staff
from tests.fakes.desktop import Bench, bench


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, staff: Staff) -> Iterator[Bench]:
    with bench(staff, qtbot, staff.helen) as found:
        yield found
