"""Networks by name."""

import pytest

from connectors import registry
from connectors.base import Connector
from editorial.errors import NotFoundError


@pytest.mark.parametrize("name", registry.names())
def test_every_name_has_a_connector_of_that_name(name: str) -> None:
    connector = registry.connector(name)
    assert isinstance(connector, Connector)
    assert connector.spec.name == name


def test_an_unknown_network_is_said_in_words() -> None:
    with pytest.raises(NotFoundError, match="called friendster"):
        registry.connector("friendster")


def test_sessions_check_certificates() -> None:
    with registry.open_session() as session:
        assert session.verify is True
