"""A practice network in this process for all tests of the connectors; each test uses accounts of its own."""

from collections.abc import Iterator

import pytest

from tests.fakes.practice import Network, practice_network


@pytest.fixture(scope="session")
def shared_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """Never armed with faults, never restarted."""
    with practice_network(tmp_path_factory.mktemp("practice")) as network:
        yield network
