"""No way of showing a secret shows it, and no log record of the process holds one."""

import base64
import copy
import gc
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from html import escape
from multiprocessing.reduction import ForkingPickler
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from editorial import secret as module
from editorial.secret import Secret, redact
from tests.fakes.canary import CANARY, new_canary, spellings


@pytest.fixture(autouse=True, scope="module")
def own_registry() -> Iterator[None]:
    """Values made up here may be ordinary words; the texts of other tests must not lose them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_registry", module._Registry())
        yield


values = st.text(min_size=8, max_size=40)
around = st.text(max_size=30)


class TestSecret:
    def test_only_reveal_gives_the_value(self) -> None:
        secret = Secret(CANARY)
        assert secret.reveal() == CANARY
        for shown in (repr(secret), str(secret), f"{secret}", f"{secret:>40}", "%s" % secret, f"{[secret]}"):  # noqa: UP031
            assert "Secret(***)" in shown
            assert CANARY not in shown

    @pytest.mark.parametrize("leak", [copy.copy, copy.deepcopy, ForkingPickler.dumps, json.dumps])
    def test_is_not_copied_pickled_or_written(self, leak: Callable[[object], object]) -> None:
        with pytest.raises(TypeError) as caught:
            leak(Secret(CANARY))
        assert CANARY not in str(caught.value)

    def test_dataclasses_do_not_unfold_it(self) -> None:
        @dataclass
        class Tokens:
            access: Secret

        assert CANARY not in repr(Tokens(Secret(CANARY)))
        with pytest.raises(TypeError):
            asdict(Tokens(Secret(CANARY)))

    def test_compares_by_value_and_has_no_hash(self) -> None:
        assert Secret(CANARY) == Secret(CANARY)
        assert Secret(CANARY) != Secret(CANARY + "x")
        assert Secret("\ud800") == Secret("\ud800")
        assert Secret(CANARY) != CANARY
        with pytest.raises(TypeError):
            hash(Secret(CANARY))

    def test_does_not_change(self) -> None:
        with pytest.raises(AttributeError):
            Secret(CANARY).value = "other"

    def test_is_made_from_text_alone(self) -> None:
        with pytest.raises(TypeError) as caught:
            Secret(CANARY.encode())  # type: ignore[arg-type]
        assert CANARY not in str(caught.value)


ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "quote": lambda text: quote(text, safe="", errors="surrogatepass"),
    "quote, slashes left": lambda text: quote(text, errors="surrogatepass"),
    "quote, lower case": lambda text: re.sub("%..", lambda hit: hit[0].lower(), quote(text, errors="surrogatepass")),
    "form": lambda text: quote_plus(text, errors="surrogatepass"),
    "json": lambda text: json.dumps({"x": text}),
    "json, unescaped": lambda text: json.dumps([text], ensure_ascii=False),
    "json in json": lambda text: json.dumps(json.dumps(text)),
    "repr": repr,
    "ascii": ascii,
    "html": escape,
    "hex": lambda text: text.encode("utf-8", "surrogatepass").hex(),
}


class TestRegisteredValues:
    @given(values, around, around)
    @example("a***aaaa", "aa***aaaa", "aaaa")  # masking joins the rest to the value again
    def test_never_come_through(self, value: str, before: str, after: str) -> None:
        secret = Secret(value)
        assert value not in redact(before + value + after + value)
        assert secret.reveal() == value

    @pytest.mark.parametrize("encoding", ENCODINGS)
    @given(value=values, before=around, after=around)
    def test_never_come_through_encoded(self, encoding: str, value: str, before: str, after: str) -> None:
        secret = Secret(value)
        coded = ENCODINGS[encoding](secret.reveal())
        core = coded.strip("\"'[]{}x: \\") if len(coded) > 12 else coded
        shown = redact(before + coded + after)
        assert "***" in shown
        assert coded not in shown or coded in before + after
        assert len(core) < 8 or core not in shown or core in before + after

    @pytest.mark.parametrize("code", [base64.b64encode, base64.urlsafe_b64encode])
    @given(value=values, before=st.binary(max_size=9), after=st.binary(max_size=9))
    def test_never_come_through_in_base64(
        self, code: Callable[[bytes], bytes], value: str, before: bytes, after: bytes
    ) -> None:
        secret = Secret(value)
        data = secret.reveal().encode("utf-8", "surrogatepass")
        shown = redact("Signed in as " + code(before + data + after).decode())
        assert "***" in shown
        left = shown.removeprefix("Signed in as ").replace("***", "")
        assert len(left) <= len(code(before)) + len(code(after)) + 4

    def test_every_spelling_that_a_search_knows(self) -> None:
        secret = Secret(new_canary())
        for spelling in spellings(secret.reveal()):
            if b"\0" not in spelling:
                assert spelling.decode() not in redact(f"<{spelling.decode()}>")

    def test_values_that_masks_join_again_and_again(self) -> None:
        secret = Secret("a***aaaa")
        text = secret.reveal()
        for _ in range(40):
            text = text.replace("***", secret.reveal(), 1)
        assert secret.reveal() not in redact(text)

    def test_a_value_that_names_a_field_or_ends_one(self) -> None:
        secrets = Secret("password"), Secret("ab&cd 'ef\"gh"), Secret("ab&cd 'ef")
        for secret in secrets[1:]:
            assert redact(f"password={secret.reveal()}; token='{UNKNOWN}'") == "***=***; token='***'"
        assert UNKNOWN not in redact(f'{{"password": "{UNKNOWN}"}} password={UNKNOWN}')

    def test_short_values_do_not_tear_words_apart(self) -> None:
        secret = Secret("post")
        assert redact("The post is posted.") == "The post is posted."
        assert secret.reveal() == "post"

    def test_a_value_is_remembered_after_its_secret_is_gone(self) -> None:
        value = new_canary()
        Secret(value)
        gc.collect()
        assert value not in redact(f"sent {value}")

    def test_living_secrets_stay_known_whatever_follows(self) -> None:
        kept = Secret(new_canary())
        for number in range(module._REMEMBERED + 10):
            Secret(f"{number:020d}")
        assert kept.reveal() not in redact(f"sent {kept.reveal()}")
        assert len(module._registry._living) < module._REMEMBERED + 200

    def test_threads_register_while_others_mask(self) -> None:
        kept: list[list[Secret]] = []
        secret = Secret(new_canary())

        def register() -> None:
            kept.append([Secret(new_canary()) for _ in range(200)])

        threads = [threading.Thread(target=register) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(20):
            assert secret.reveal() not in redact(f"a {secret.reveal()} b")
        for thread in threads:
            thread.join()
        for made in kept:
            assert made[-1].reveal() not in redact(made[-1].reveal())


UNKNOWN = "Zq7xUnregistered9"  # no Secret holds it: only its place gives it away
FIELDS = [
    "access_token", "refresh_token", "id_token", "client_secret", "code", "code_verifier", "state", "password",
    "passphrase", "token", "csrf_token", "accessJwt",
]  # fmt: skip


@pytest.fixture
def nothing_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values of other tests may be ordinary words."""
    monkeypatch.setattr(module, "_registry", module._Registry())


@pytest.mark.usefixtures("nothing_registered")
class TestPlaces:
    @pytest.mark.parametrize("name", FIELDS)
    @pytest.mark.parametrize(
        "shape",
        [
            '{{"{0}": "{1}", "expires_in": 3600}}',
            '{{"{0}":"{1}',  # cut off
            "{{'{0}': '{1}', 'expires_in': 3600}}",
            "[('grant_type', 'x'), ('{0}', '{1}')]",
            "{{b'{0}': b'{1}'}}",
            '"body": "{{\\"{0}\\": \\"{1}\\", \\"x\\": 1}}"',
            "Tokens({0}='{1}', expires_in=3600)",
            "grant_type=x&{0}={1}&redirect_uri=y",
            "{0}={1}",
            "GET /cb?{0}={1} HTTP/1.1",
            "https://127.0.0.1:1/cb#{0}={1}&expires_in=3600",
            "next=http%3A%2F%2Fdesk%2Fcb%3F{0}%3D{1}%26expires_in%3D3600",
        ],
    )
    def test_named_values_go(self, name: str, shape: str) -> None:
        text = shape.format(name, UNKNOWN)
        shown = redact(text)
        assert UNKNOWN not in shown
        assert ("3600" in shown) == ("3600" in text)
        assert redact(shown) == shown

    @pytest.mark.parametrize(
        "text",
        [
            f"Authorization: Bearer {UNKNOWN}",
            f"{{'Authorization': 'Bearer {UNKNOWN}', 'Accept': '*/*'}}",
            f"authorization: {UNKNOWN}",
            f"header: b'Authorization: Basic {base64.b64encode(UNKNOWN.encode()).decode()}\\r\\n'",
            f"sent Basic {base64.b64encode(b'user:' + UNKNOWN.encode()).decode()} to it",
            f"DPoP {UNKNOWN}",
            f"Set-Cookie: session={UNKNOWN}; Path=/; other={UNKNOWN}",
            f"Cookie: a=1; session={UNKNOWN}",
        ],
    )
    def test_headers_go(self, text: str) -> None:
        shown = redact(text)
        assert UNKNOWN not in shown
        assert base64.b64encode(UNKNOWN.encode()).decode()[:12] not in shown

    @pytest.mark.parametrize("value", ["1234567", "[1, 2]", "12.5"])
    def test_numbers_under_a_secret_name_go(self, value: str) -> None:
        assert redact(f'{{"password": {value}}}').startswith('{"password": ***')

    @pytest.mark.parametrize(
        "text",
        [
            "Published by Helen Castellanos at 09:12, 3 posts wait.",
            '{"token_type": "bearer", "expires_in": 3600, "status_code": 200}',
            "GET /api/posts?limit=20 200",
            '{"refresh_token": null, "password": true}',
            "Basic information about the authorization of a patient",
            "error_code=E-VAULT-LOCKED",
        ],
    )
    def test_the_rest_stays(self, text: str) -> None:
        assert redact(text) == text

    @given(
        st.dictionaries(
            st.sampled_from(FIELDS),
            # after a backslash at the end of a value, more than the value is masked, which is safe
            st.text(min_size=6, max_size=30).filter(lambda value: not value.endswith("\\")),
            min_size=1,
        )
    )
    def test_in_json_and_in_forms(self, fields: dict[str, str]) -> None:
        masked = dict.fromkeys(fields, "***")
        assert redact(json.dumps({"n": 1, **fields, "m": 2})) == json.dumps({"n": 1, **masked, "m": 2})
        asked = urlencode({**fields, "m": 2}, errors="surrogatepass")
        assert redact(asked) == urlencode({**masked, "m": 2}, safe="*")

    def test_long_texts_take_no_long_time(self) -> None:
        for piece in ('"code": ', "token.", "a=b&", "%3Fcode%3D", '\\\\"', "bearer "):
            assert redact(piece * 20_000)
