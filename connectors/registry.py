"""Which networks there are. A network's module is loaded when it is first asked for."""

from collections.abc import Callable, Mapping

import requests

from connectors.base import Connector
from connectors.http import new_session
from connectors.servertime import ServerTime, server_time
from editorial.errors import NotFoundError


def _practice() -> Connector:
    from connectors.practice.connector import PracticeConnector

    return PracticeConnector()


def _mastodon() -> Connector:
    from connectors.mastodon import MastodonConnector

    return MastodonConnector()


def _bluesky() -> Connector:
    from connectors.bluesky import BlueskyConnector

    return BlueskyConnector()


_LOADERS: Mapping[str, Callable[[], Connector]] = {
    "practice": _practice,
    "mastodon": _mastodon,
    "bluesky": _bluesky,
}


def names() -> tuple[str, ...]:
    """The networks by their names in the database."""
    return tuple(_LOADERS)


def connector(name: str) -> Connector:
    """The connector of a network. Raises NotFoundError where this version of Signpost has none."""
    if name not in _LOADERS:
        raise NotFoundError(
            "This network is not known here",
            f"Signpost on this computer cannot talk to a network called {name}.",
            "Bring Signpost up to date, or disconnect the account.",
        )
    return _LOADERS[name]()


def open_session() -> requests.Session:
    """An HTTP session for one thread, for `connectors.base.Session`. Whoever opens it closes it."""
    return new_session()


def ask_time(server: str) -> ServerTime | None:
    """What time an account's server says it is; None where it does not say."""
    return server_time(server)
