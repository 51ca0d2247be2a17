"""Who may talk to the practice network: this computer, by its address, and no other web page."""

import pytest
import requests

from connectors.practice.profiles import Profile
from tests.fakes.practice import Network

EVIL = "http://evil.example"


@pytest.mark.parametrize("path", ["/", "/api/posts", "/api/faults", "/oauth/authorize"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.x"])
def test_another_host_name_is_refused(host: str, path: str, shared_network: Network) -> None:
    answer = shared_network.api("GET", path, headers={"Host": host})
    assert answer.status_code == 421
    assert "loopback" in answer.json()["error_description"]


@pytest.mark.parametrize("host", ["localhost:99", "127.0.0.1", "[::1]:5"])
def test_names_of_this_computer_are_fine(host: str, shared_network: Network) -> None:
    assert shared_network.api("GET", "/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("origin", [EVIL, "null", "https://127.0.0.1", "http://127.0.0.1:1"])
def test_another_page_changes_nothing(origin: str, shared_network: Network) -> None:
    for method, path in (("POST", "/api/faults"), ("DELETE", "/api/faults"), ("POST", "/oauth/authorize")):
        answer = shared_network.api(method, path, headers={"Origin": origin}, json={"kind": "500"})
        assert answer.status_code == 403
    assert shared_network.api("GET", "/api/faults").json()["armed"] == []


def test_our_own_page_may(shared_network: Network) -> None:
    answer = shared_network.api("DELETE", "/api/faults", headers={"Origin": shared_network.url})
    assert answer.status_code == 200


def test_a_form_cannot_arm_a_fault(shared_network: Network) -> None:
    answer = shared_network.api("POST", "/api/faults", data={"kind": "500"})
    assert answer.status_code == 415


def test_other_pages_cannot_read_us(shared_network: Network) -> None:
    answer = shared_network.api("GET", "/api/posts", headers={"Origin": EVIL})
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/api/posts", "/nothing/here"])
def test_every_answer_is_sealed(path: str, shared_network: Network) -> None:
    headers = shared_network.api("GET", path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_what_is_not_there_is_said_in_json(shared_network: Network) -> None:
    answer = shared_network.api("GET", "/nothing/here")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert shared_network.api("PUT", "/api/posts").status_code == 405


def test_the_server_listens_on_loopback_alone(shared_network: Network) -> None:
    port = shared_network.url.rpartition(":")[2]
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.2:{port}/", timeout=5)


def test_the_log_says_nothing(shared_network: Network, capfd: pytest.CaptureFixture[str]) -> None:
    session = shared_network.session("Quiet", Profile.KEYED)
    shared_network.api("GET", "/api/v1/me", session)
    assert capfd.readouterr() == ("", "")
