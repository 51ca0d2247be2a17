"""A token to push through a path, and the search for it in everything that the path wrote."""

import base64
import gzip
import html
import json
import secrets
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote


def new_canary(label: str = "canary") -> str:
    """A fresh token-like value. Its odd characters look different in URLs, JSON and HTML."""
    return f"{label}-{secrets.token_hex(12)}/+=<{secrets.token_hex(4)}"


CANARY = new_canary()  # one for the whole test run, for paths that share a process


def spellings(needle: str) -> tuple[bytes, ...]:
    """The bytes by which a file may hold the needle: UTF-8, UTF-16, URL, JSON, HTML, hexadecimal and base64 forms."""
    data = needle.encode()
    found = {data, data.hex().encode(), data.hex().upper().encode()}
    found |= {needle.encode("utf-16-le"), needle.encode("utf-16-be")}
    found |= {quote(needle, safe="").encode(), quote(needle).encode(), html.escape(needle).encode()}
    found |= {json.dumps(needle)[1:-1].encode(), repr(needle)[1:-1].encode()}
    for before in range(3):  # base64 shifts with the bytes in front
        coded = base64.b64encode(bytes(before) + data)
        core = coded[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
        found |= {core, core.replace(b"+", b"-").replace(b"/", b"_")}
    return tuple(found)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            yield from _files(sorted(path.iterdir()))
        elif path.is_file():
            yield path


def _contents(path: Path) -> Iterator[bytes]:
    """The file's bytes, and those inside it where it is a gzip or zip file."""
    data = path.read_bytes()
    yield data
    if data[:2] == b"\x1f\x8b":
        try:
            yield gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                yield entry.filename.encode() + archive.read(entry)


def find_canary(paths: Iterable[Path], needle: str) -> list[Path]:
    """The files, also below folders, that hold the needle in any spelling, in their name or inside."""
    wanted = spellings(needle)
    return [
        path
        for path in _files(paths)
        if needle in path.name or any(spelling in data for data in _contents(path) for spelling in wanted)
    ]
