"""A checkpoint (C2SP tlog-checkpoint): the log's name, size and root as a signed note; its key signs nothing else."""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from editorial.audit.merkle import HASH_SIZE
from editorial.audit.note import Note, NoteSigner
from editorial.keys.signing import from_base64, to_base64
from editorial.keys.workspace_secret import WorkspaceSecret


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says: the first `size` entries of the log `origin` have this root."""

    origin: str
    size: int
    root: bytes

    def to_text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    @classmethod
    def parse(cls, note: bytes) -> "Checkpoint":
        """What a note says, whoever signed it. Raises ValueError for one that is no checkpoint of the plain form."""
        text = Note.parse(note).text
        origin, _, rest = text.partition("\n")
        size, _, root = rest.partition("\n")
        if not origin or not size.isdecimal() or len(from_base64(root.removesuffix("\n"))) != HASH_SIZE:
            raise ValueError("not a checkpoint")
        found = cls(origin, int(size), from_base64(root.removesuffix("\n")))
        if found.to_text() != text:
            raise ValueError("not a checkpoint in its one form")
        return found


def checkpoint_signer(secret: WorkspaceSecret, origin: str, desk_id: str) -> NoteSigner:
    """The key with which one desk signs checkpoints of this log, named after the log as the specification asks."""
    return NoteSigner(origin, hmac.digest(secret.derive("checkpoint"), desk_id.encode(), sha256))
