"""A stand-in for browser and person: opens the practice network's sign-in page, fills it in, follows the redirects."""

from html.parser import HTMLParser

import requests

from connectors.http import is_loopback, new_session
from connectors.practice.profiles import NEW_ACCOUNT, Profile
from editorial.errors import DeskError

_WAIT = (5.0, 30.0)  # seconds: connect, read


def approve(url: str, account: str, profile: Profile | str = Profile.KEYED) -> None:
    """Allow access for the account of this name, which is made with this profile where it is not there yet.

    `url` is what the sign-in would open in the browser. Raises DeskError where the page refuses, and for any address
    that is not on this computer: nobody else's sign-in is ever filled in.
    """
    _decide(url, {"decision": "allow", "account": NEW_ACCOUNT, "name": account, "profile": str(profile)})


def deny(url: str) -> None:
    """Refuse access."""
    _decide(url, {"decision": "deny"})


def _decide(url: str, choice: dict[str, str]) -> None:
    if not is_loopback(url):
        raise _refused("The address is not on this computer.")
    with new_session() as browser:
        browser.trust_env = False  # no proxy between us and ourselves
        browser.headers["Accept"] = "text/html"
        try:
            page = browser.get(url, timeout=_WAIT)
            end = browser.post(url, {"ticket": _ticket(page), **choice}, timeout=_WAIT)
        except requests.RequestException as error:
            raise _refused(f"It did not answer ({type(error).__name__}).") from None
        if not end.ok:
            raise _refused(f"It answered with status {end.status_code}.")


def _refused(what: str) -> DeskError:
    return DeskError("The practice network's sign-in page could not be filled in", what, code="E-PRACTICE-PAGE")


class _TicketFinder(HTMLParser):
    ticket = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("name") == "ticket":
            self.ticket = found.get("value") or ""


def _ticket(page: requests.Response) -> str:
    finder = _TicketFinder()
    finder.feed(page.text)
    return finder.ticket
