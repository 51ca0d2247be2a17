"""What a browser shows: the question whether Signpost may post, and the timeline."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from connectors.practice.profiles import Profile
from connectors.practice.server import pages
from tests.connectors.practice.test_oauth_provider import Form, request
from tests.fakes.practice import Network, practice_network, publish
from tests.fakes.sendable import ready

VOID = {"meta", "input", "br", "img"}


class Page(HTMLParser):
    """Checks that every element is closed, collects attributes and visible text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def attributes(self, tag: str, name: str) -> list[str]:
        return [found[name] or "" for kind, found in self.tags if kind == tag and name in found]


def get(network: Network, path: str = "/") -> Page:
    answer = network.api("GET", path)
    assert answer.status_code == 200
    return Page(answer.text)


def choose(network: Network, **choice: str) -> tuple[int, str]:
    form = Form(network.api("GET", "/oauth/authorize", params=request()).text).inputs
    answer = network.api("POST", "/oauth/authorize", params=request(), data={**form, "decision": "allow", **choice})
    return answer.status_code, answer.text


def test_an_empty_timeline_says_so(tmp_path: Path) -> None:
    with practice_network(tmp_path) as network:
        page = get(network)
    assert "No posts yet" in page.text
    assert "nothing here is public" in page.text


def test_the_timeline_shows_posts_with_their_alternative_texts(shared_network: Network) -> None:
    session = shared_network.session("Zeitung & Söhne", Profile.LIST)
    sent = ready("Line one\n<script>alert(1)</script> & “more”", pictures=1)
    publish(sent, session)
    page = get(shared_network, "/@zeitung-s-hne")
    assert "<script>alert(1)</script> & “more”" in page.text
    assert "Zeitung & Söhne" in page.text
    alt = sent.content.media[0].alt
    assert f"Alt text {alt}" in page.text
    assert alt in page.attributes("img", "alt")
    assert re.search(r"\d{1,2} \w+ 20\d\d, \d\d:\d\d:\d\d UTC", page.text)
    assert "nothing here is public" in page.text


def test_a_picture_without_alternative_text_shows_that(shared_network: Network) -> None:
    session = shared_network.session("No Alt")
    media = shared_network.api("POST", "/api/v1/media", session, files={"file": b"GIF89a"}).json()["id"]
    shared_network.api("POST", "/api/v1/posts", session, json={"text": "x", "media_ids": [media]})
    assert "No alt text" in get(shared_network, "/@no-alt").text


def test_replies_stand_below_what_they_answer(shared_network: Network) -> None:
    session = shared_network.session("Threads", Profile.LIST)

    def say(text: str, reply_to: str | None = None) -> str:
        made = shared_network.api("POST", "/api/v1/posts", session, json={"text": text, "reply_to": reply_to})
        return str(made.json()["id"])

    first, second = say("First"), say("Second")
    answer = say("Answer to first", first)
    say("Answer to second", second)
    say("Answer to the answer", answer)
    page = get(shared_network, "/@threads")
    words = [word for word in page.words if word in ("First", "Second") or word.startswith("Answer")]
    assert words == ["Second", "Answer to second", "First", "Answer to first", "Answer to the answer"]
    assert "Thread of 3 posts" in page.attributes("section", "aria-label")
    shared_network.api("DELETE", f"/api/v1/posts/{first}", session)  # the answers stay and stand by themselves
    assert "Answer to first" in get(shared_network, "/@threads").text


def test_the_newest_threads_are_shown_and_the_rest_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_THREADS", 4)
    with practice_network(tmp_path) as network:
        session = network.session("Many", Profile.LIST)
        for number in range(7):
            network.api("POST", "/api/v1/posts", session, json={"text": f"Post {number}."})
        page = get(network)
    assert "Post 6." in page.text
    assert "Post 2." not in page.text
    assert "3 older threads are not shown" in page.text


def test_pages_bring_everything_along(shared_network: Network) -> None:
    shared_network.session("Own", Profile.LIST)
    answer = shared_network.api("GET", "/")
    page = Page(answer.text)
    links = page.attributes("a", "href") + page.attributes("img", "src")
    assert [link for link in links if not re.match(r"[/#](?!/)", link)] == []
    assert {tag for tag, _ in page.tags} & {"script", "link", "iframe", "object", "base"} == set()
    nonce = re.search(r"style-src 'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    assert nonce is not None
    assert page.attributes("style", "nonce") == [nonce[1]]
    assert "url(" not in answer.text
    assert [tag for tag, found in page.tags if "style" in found or any(name.startswith("on") for name in found)] == []
    assert page.attributes("html", "lang") == ["en"]


@pytest.mark.parametrize(("path", "words"), [("/@nobody", "no account @nobody"), ("/media/9999", "no such picture")])
def test_what_is_not_there_is_said_in_words(path: str, words: str, shared_network: Network) -> None:
    answer = shared_network.api("GET", path)
    assert answer.status_code == 404
    assert words in Page(answer.text).text


# --- the question ---


def test_the_question_offers_accounts_profiles_and_two_buttons(shared_network: Network) -> None:
    shared_network.session("Listed", Profile.BLIND)
    page = Page(shared_network.api("GET", "/oauth/authorize", params=request()).text)
    assert "Allow Signpost to post?" in page.text
    assert "listed" in page.attributes("input", "value")
    assert set(page.attributes("option", "value")) == set(Profile)
    assert page.attributes("button", "value") == ["allow", "deny"]
    labelled = set(page.attributes("label", "for"))
    assert {found["id"] for tag, found in page.tags if tag in ("input", "select") and "id" in found} == labelled


def test_an_account_that_is_there_can_be_chosen(shared_network: Network) -> None:
    shared_network.session("Chosen", Profile.LIST)
    status, _ = choose(shared_network, account="chosen", name="")
    assert status == 303


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"account": "not-there", "name": ""}, "not there any more"),
        ({"account": "picky", "name": "New name"}, "Choose @picky without a new name"),
        ({"account": "*new*", "name": " !? ", "profile": "keyed"}, "needs a name"),
        ({"account": "*new*", "name": "Some", "profile": "telepathic"}, "Choose how"),
        ({"account": "*new*", "name": "Picky", "profile": "keyed"}, "exists already with the profile keyless+blind"),
    ],
)
def test_a_choice_that_cannot_be_is_said_in_words(choice: dict[str, str], words: str, shared_network: Network) -> None:
    shared_network.session("Picky", Profile.BLIND)
    status, text = choose(shared_network, **choice)
    assert status == 422
    assert words in Page(text).text
    assert choice["name"].strip() in Page(text).attributes("input", "value")[-1]
