"""Scans of signed authorizations: encrypted files in the workspace, opened with a key that only the keyring gives.

A file is the mark, a nonce and AES-256-GCM over the scan, bound to its authorization's id; its name is the digest of
these bytes. Key: HKDF of the workspace secret, so that neither a copy of the folder nor a backup can be read.
"""

import hashlib
import os
import re
import secrets
from pathlib import Path

from editorial.errors import BadInputError, DeskError, NotFoundError
from editorial.keys.workspace_secret import WorkspaceSecret
from editorial.store.files import put_file

FOLDER = "documents"
LARGEST = 25_000_000
"""Bytes of a scan."""

_MARK = b"signpost-doc-1\n"
_NONCE = 12
_DIGEST = re.compile(r"[0-9a-f]{64}")
_KINDS = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}


class DocumentError(DeskError):
    """A document cannot be kept or read; nothing else is lost."""

    code = "E-DOCUMENT"


def kind_of(scan: bytes) -> str:
    """pdf, png or jpg. Raises BadInputError for anything else, and for a scan that is too large."""
    kind = next((kind for start, kind in _KINDS.items() if scan.startswith(start)), "")
    if not kind:
        raise BadInputError("This is no PDF, PNG or JPEG", "Nothing was kept.", "Scan it as a PDF.", field="scan")
    if len(scan) > LARGEST:
        what = f"It has {len(scan) / 1e6:,.0f} MB; {LARGEST / 1e6:,.0f} MB are the most."
        raise BadInputError("The scan is too large", what, "Scan it with fewer dots per inch.", field="scan")
    return kind


class Documents:
    """The folder of one workspace. `keep` and `read` take milliseconds to seconds: not for the UI thread."""

    def __init__(self, workspace: Path) -> None:
        self._root = workspace / FOLDER

    def keep(self, secret: WorkspaceSecret, authorization_id: str, scan: bytes) -> str:
        """Encrypts and stores a scan; returns its name. Complete or not there at all. Raises DocumentError."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(secret.derive("document")).encrypt(nonce, scan, _bound(authorization_id))
        data = _MARK + nonce + sealed
        name = hashlib.sha256(data).hexdigest()
        try:
            self._write(name, data)
        except OSError as error:
            raise DocumentError(
                "The document could not be saved",
                f"The computer said: {os.strerror(error.errno) if error.errno else 'unknown'}. Nothing was recorded.",
                "Make room on the disk, or ask IT about the workspace folder, and try again.",
            ) from error
        return name

    def read(self, secret: WorkspaceSecret, authorization_id: str, name: str) -> bytes:
        """The scan. Raises NotFoundError, and DocumentError where it was changed or the key is another one."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            data = self._path(name).read_bytes()
        except (OSError, ValueError) as error:
            raise NotFoundError(
                "The document is missing", "Its file cannot be read.", "Restore it from a backup, or ask IT."
            ) from error
        start = len(_MARK) + _NONCE
        if hashlib.sha256(data).hexdigest() != name or not data.startswith(_MARK):
            raise _changed()
        try:
            key = AESGCM(secret.derive("document"))
            return key.decrypt(data[len(_MARK) : start], data[start:], _bound(authorization_id))
        except InvalidTag as error:
            raise _changed() from error

    def has(self, name: str) -> bool:
        """Whether its file is there."""
        return self._path(name).exists()

    def drop(self, name: str) -> None:
        """Removes a document that no authorization names."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not _DIGEST.fullmatch(name):
            raise ValueError("not a document's name")
        return self._root / name

    def _write(self, name: str, data: bytes) -> None:
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._root.chmod(0o700)
        put_file(self._path(name), data)


def _bound(authorization_id: str) -> bytes:
    return b"signpost authorization " + authorization_id.encode()


def _changed() -> DocumentError:
    return DocumentError(
        "The document cannot be opened",
        "Its file is not the one that was kept, or was kept with another workspace's secret.",
        "Do not delete anything; tell IT and the compliance officer.",
    )
