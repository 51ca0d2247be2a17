"""A staffed workspace for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from editorial.authorizations.register import Register
from tests.fakes.desks import Staff, staffed


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Staff]:
    with staffed(tmp_path / "workspace") as found:
        yield found


@pytest.fixture
def register(staff: Staff) -> Register:
    return Register(staff.desk)
