"""What time it is, according to an account's server: the witness for a desk whose own clock has jumped."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests
from urllib3.exceptions import HTTPError

from connectors.http import is_loopback, new_session, through
from connectors.transport import Deadline

_CONNECT, _SILENCE, _TOTAL = 5.0, 5.0, 10.0  # seconds


@dataclass(frozen=True, slots=True)
class ServerTime:
    """The `Date` of an answer, to the second. `same_computer`: it is our own clock's, and vouches for nobody else."""

    at: datetime
    same_computer: bool


def server_time(server: str) -> ServerTime | None:
    """Asks the server (scheme, host, port) with one HEAD request, without a sign-in. None: it does not say.

    Whatever it answers carries the time; a redirect is not followed. Only loopback is asked without TLS.
    """
    local = is_loopback(server)
    if not (local or server.startswith("https://")):
        return None
    with Deadline(_TOTAL, _SILENCE), new_session() as session:
        proxies = {} if local else through(server)
        session.trust_env = not local
        try:
            answer = session.head(
                server + "/", timeout=(_CONNECT, _SILENCE), allow_redirects=False, stream=True, proxies=proxies
            )
            at = parsedate_to_datetime(answer.headers["Date"])
            answer.close()
        except (requests.RequestException, HTTPError, OSError, ValueError, TypeError, KeyError):
            return None
    return ServerTime(at.astimezone(UTC), local) if at.tzinfo else None
