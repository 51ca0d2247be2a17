import base64
import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.canary import CANARY, find_canary, new_canary

FORMS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-16": lambda text: text.encode("utf-16"),
    "hex": lambda text: text.encode().hex().encode(),
    "basic header": lambda text: base64.b64encode(b"user:" + text.encode()),
    "url-safe base64": lambda text: base64.urlsafe_b64encode(b"{'a': '" + text.encode() + b"'}"),
    "json": lambda text: json.dumps({"token": text}).encode(),
    "gzip": lambda text: gzip.compress(text.encode()),
}


@pytest.mark.parametrize("form", FORMS)
def test_finds_every_form_below_a_folder(tmp_path: Path, form: str) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "clean.bin").write_bytes(bytes(1000))
    hit = tmp_path / "deep" / "hit.bin"
    hit.write_bytes(b"before" + FORMS[form](CANARY) + b"after" if form != "gzip" else FORMS[form](CANARY))
    assert find_canary([tmp_path], CANARY) == [hit]
    assert find_canary([tmp_path], new_canary()) == []


def test_finds_it_in_a_zip_and_in_a_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.txt", "x" * 500 + CANARY)
    plain = new_canary().replace("/", "")
    (tmp_path / plain).touch()
    assert find_canary([tmp_path], CANARY) == [tmp_path / "bundle.zip"]
    assert find_canary([tmp_path], plain) == [tmp_path / plain]


def test_broken_gzip_and_sockets_are_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"x" * 100)[:15])
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    assert find_canary([tmp_path, tmp_path / "missing"], CANARY) == []
