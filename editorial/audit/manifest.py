"""A bundle's manifest, and who vouches for it: the desk by a seal, and the person who exports by a signature.

The seal is a checkpoint of the log with one more line (an extension line, as C2SP tlog-checkpoint calls it) that names
the manifest. So the desk's key goes on signing nothing but checkpoints, and whoever has its vkey can check all files.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from editorial.audit.checkpoint import Checkpoint
from editorial.audit.note import NoteSigner
from editorial.canonical import canonical, digest
from editorial.keys.dsse import Envelope, sign
from editorial.keys.signing import SigningKey

MANIFEST, SEAL, SIGNATURE = "MANIFEST", "seal", "signature.dsse.json"
PAYLOAD_TYPE = "application/vnd.signpost.bundle+json"
MEANING = "I exported this bundle from the log that it names"


class _Hashing:
    """Passes on what is written, and hashes it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


Write = Callable[[bytes], None]


class Folder:
    """The files of a bundle while they are written, for their owner alone. Each is on the disk when its block ends."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._digests: dict[str, str] = {}

    @property
    def digests(self) -> Mapping[str, str]:
        """What was written so far: name to SHA-256 in hexadecimal."""
        return MappingProxyType(self._digests)

    @contextmanager
    def writing(self, name: str) -> Iterator[Write]:
        """A file for the manifest. Raises OSError."""
        path = self.root / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with path.open("xb") as file:
            hashing = _Hashing(file)
            yield hashing.write
            file.flush()
            os.fsync(file.fileno())
        self._digests[name] = hashing.hexdigest()

    def put(self, name: str, data: bytes) -> None:
        """A small file for the manifest. Raises OSError."""
        with self.writing(name) as write:
            write(data)

    def manifest(self) -> bytes:
        """One line a file, as `sha256sum -c` reads them, in the order of their names."""
        return "".join(f"{self._digests[name]}  {name}\n" for name in sorted(self._digests)).encode("ascii")

    def vouch(self, name: str, data: bytes) -> None:
        """A file beside the manifest, which cannot list it. Raises OSError."""
        self.put(name, data)
        del self._digests[name]


def seal(checkpoint: Checkpoint, manifest: bytes, signer: NoteSigner) -> bytes:
    """The note with which the desk vouches for a manifest."""
    return signer.sign(f"{checkpoint.to_text()}manifest {digest(manifest)}\n")


def signed_manifest(manifest: bytes, facts: Mapping[str, Any], key: SigningKey) -> Envelope:
    """The person's signature: over the manifest's digest and `facts`, which name log, signer, time and charter."""
    payload = {"v": 1, "manifest": digest(manifest), "meaning": MEANING, **facts}
    return sign(PAYLOAD_TYPE, canonical(payload), key)
