"""The stand-in for browser and person."""

import pytest

from connectors.oauth import LoopbackFlow, SignInError
from connectors.practice.connector import PracticeConnector, provider
from connectors.practice.headless import approve, deny
from connectors.practice.profiles import Profile
from editorial.clock import SystemClock
from editorial.errors import DeskError
from tests.fakes import wire
from tests.fakes.practice import Network
from tests.fakes.wire import Wire, answer


def test_signs_in_as_a_new_account_and_as_the_same_again(shared_network: Network) -> None:
    for _ in range(2):
        who = PracticeConnector().whoami(shared_network.session("Headless", Profile.LIST))
        assert (who.handle, who.settings) == ("headless", {"profile": "keyless+list"})  # type: ignore[union-attr]


def test_another_profile_for_an_account_that_is_there_is_refused(shared_network: Network) -> None:
    shared_network.session("Fixed", Profile.LIST)
    with pytest.raises(DeskError, match="status 422"):
        shared_network.session("Fixed", Profile.KEYED)


def test_denies(shared_network: Network) -> None:
    with pytest.raises(SignInError, match="not to allow"):
        LoopbackFlow(provider(shared_network.url), deny, SystemClock()).run()


@pytest.mark.parametrize("url", ["https://network.example/oauth", "http://localhost:1/", ""])
def test_fills_in_nobody_elses_page(url: str) -> None:
    with pytest.raises(DeskError, match="not on this computer"):
        approve(url, "Clinic")


def test_a_server_that_is_not_there_is_said_in_words() -> None:
    with wire.closed_port() as url, pytest.raises(DeskError, match="did not answer"):
        approve(f"{url}/oauth/authorize", "Clinic")


def test_a_page_without_a_form_is_refused() -> None:
    page = Wire(lambda request: answer(b"", 404 if request.method == "POST" else 200))
    with page as network, pytest.raises(DeskError, match="status 404"):
        approve(network.url, "Clinic")
