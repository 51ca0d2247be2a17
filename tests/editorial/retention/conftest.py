"""A staffed workspace whose records grow old."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.desks import Staff, staffed


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Staff]:
    with staffed(tmp_path / "workspace") as found:
        yield found
