"""What goes to the server, held against Bluesky's own lexicons.

Their folder (with `app/` and `com/` in it, as npm's @atproto/api has them) is named by the environment variable
SIGNPOST_LEXICONS. They are not kept here: they are not ours.
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import regex

from connectors.base import Session, Tokens
from connectors.bluesky import BlueskyConnector
from connectors.http import new_session
from editorial.outcomes import Published
from editorial.secret import Secret
from tests.connectors.bluesky.test_connector import NOW, account, send, typed
from tests.fakes.pds import PASSWORD, Pds
from tests.fakes.sendable import ready
from tests.fakes.wire import Request, Wire

FOLDER = Path(os.environ.get("SIGNPOST_LEXICONS", ""))
FORMATS = {
    "did": r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]", "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z",
    "uri": r"[a-z]+:\S+", "language": r"[a-z]{2,3}(-[A-Za-z0-9-]+)?", "nsid": r"[a-zA-Z0-9.-]+",
    "at-identifier": r"\S+", "handle": r"[a-z0-9.-]+", "record-key": r"[a-zA-Z0-9_~.:-]{1,512}", "cid": r"[a-z0-9]{8,}",
}  # fmt: skip

needs_lexicons = pytest.mark.skipif(not (FOLDER / "com").is_dir(), reason="SIGNPOST_LEXICONS names no folder of them")


def definition(name: str, inside: str) -> tuple[Any, str]:
    """The definition that a reference names, and the lexicon in which it stands."""
    lexicon, _, part = name.partition("#")
    lexicon = lexicon or inside
    text = (FOLDER / (lexicon.replace(".", "/") + ".json")).read_text(encoding="utf-8")
    return json.loads(text)["defs"][part or "main"], lexicon


def check(value: Any, rule: Mapping[str, Any], inside: str, where: str = "") -> None:
    """Fails where the value is not what the rule says; fields that it does not name are wrong, too."""
    match rule["type"]:
        case "object" | "params":
            missing = set(rule.get("required", ())) - set(value)
            unknown = set(value) - set(rule["properties"]) - {"$type"}
            assert not missing | unknown, f"{where}: {missing} {unknown}"
            for name in set(value) - {"$type"}:
                if value[name] is None:
                    assert name in rule.get("nullable", ()), f"{where}.{name}"
                else:
                    check(value[name], rule["properties"][name], inside, f"{where}.{name}")
        case "array":
            assert len(value) <= rule.get("maxLength", len(value)), where
            for each in value:
                check(each, rule["items"], inside, where)
        case "ref":
            check(value, *definition(rule["ref"], inside), where)
        case "union":
            names = [name if not name.startswith("#") else inside + name for name in rule["refs"]]
            assert value["$type"] in names, where
            check(value, *definition(value["$type"], inside), where)
        case _:
            check_value(value, rule, where)


def check_value(value: Any, rule: Mapping[str, Any], where: str) -> None:
    match rule["type"]:
        case "string":
            assert isinstance(value, str), where
            assert len(value.encode()) <= rule.get("maxLength", 1_000_000), where
            assert len(regex.findall(r"\X", value)) <= rule.get("maxGraphemes", 1_000_000), where
            assert "format" not in rule or re.fullmatch(FORMATS[rule["format"]], value), f"{where}: {value}"
        case "integer":
            assert rule.get("minimum", value) <= int(value) <= rule.get("maximum", int(value)), where
        case "boolean":
            assert isinstance(value, bool), where
        case "blob":
            assert set(value) == {"$type", "ref", "mimeType", "size"}, where
            assert value["$type"] == "blob", where
            assert value["size"] <= rule["maxSize"], where
            assert re.fullmatch(FORMATS["cid"], value["ref"]["$link"]), where
        case kind:
            assert kind == "unknown", f"{where}: no rule for {kind}"


def check_request(request: Request) -> str:
    """Holds one request against its lexicon; returns its name."""
    address = urlsplit(request.path)
    name = address.path.removeprefix("/xrpc/")
    rule, _ = definition(name, "")
    assert {"query": "GET", "procedure": "POST"}[rule["type"]] == request.method
    if "parameters" in rule:
        check(dict(parse_qsl(address.query)), rule["parameters"], name, name)
    if "schema" in rule.get("input", {}):
        check(request.json(), rule["input"]["schema"], name, name)
    else:
        assert not request.body or rule["input"]["encoding"] == "*/*"
    if name == "com.atproto.repo.putRecord":
        record = request.json()["record"]
        check(record, definition(record["$type"], "")[0]["record"], record["$type"], "record")
    return name


@needs_lexicons
def test_every_request_is_as_the_lexicons_say() -> None:
    pds, connector = Pds(handles={"nurse.test": "did:plc:z72i7hdynmk6r22z27h6tvur"}), BlueskyConnector()
    with Wire(pds.script) as server, new_session() as http:
        connector.sign_in(typed(server.url), Secret(PASSWORD), http, NOW)
        session = Session(account(server.url), http, Secret(pds.access))
        sent = ready("Ä @nurse.test https://alderbay.example/flu #flu", pictures=4, network="bluesky")
        published = send(sent, session)
        assert isinstance(published, Published)
        connector.whoami(session)
        connector.read(published, session)
        connector.withdraw(published, session)
        connector.find(sent.content, sent.prepared, session)
        connector.renew(account(server.url), Tokens(Secret(pds.access), Secret(pds.refresh), None), http, NOW)
        connector.revoke(account(server.url), Tokens(Secret(pds.access), Secret(pds.refresh), None), http)
    names = {check_request(request).removeprefix("com.atproto.") for request in server.requests}
    assert names == {
        "server.createSession", "server.getSession", "server.refreshSession", "server.deleteSession", "repo.uploadBlob",
        "repo.putRecord", "repo.getRecord", "repo.listRecords", "repo.deleteRecord", "identity.resolveHandle",
    }  # fmt: skip
