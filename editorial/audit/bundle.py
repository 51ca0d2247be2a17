"""Writing an evidence bundle: the log and all that hangs on it as files, each in one pass and in little memory.

What the files mean is told in resources/evidence/SPEC.md, which goes with every bundle; what they prove is decided by
resources/evidence/verify.py, which goes with them too and shares no code with this.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from sqlmodel import Session, col, select

from editorial.audit.actions import Action
from editorial.audit.browsing import Fits, Sought
from editorial.audit.checkpoint import Checkpoint
from editorial.audit.checkpoints import vkeys_of
from editorial.audit.leaf import Leaf
from editorial.audit.log import rows
from editorial.audit.manifest import Folder, Write
from editorial.audit.merkle import leaf_hash
from editorial.audit.nodes import Nodes
from editorial.audit.patients import Patients
from editorial.audit.tree import consistency_path, inclusion_path
from editorial.audit.verify import Row
from editorial.canonical import parse
from editorial.charter.document import Charter
from editorial.keys.dsse import Envelope
from editorial.keys.signing import to_base64
from editorial.media import MediaFolder
from editorial.posts.revision import Snapshot
from editorial.store.models import AsPublished, CharterVersion, Revision

Tell = Callable[[int, int], None]
"""Told how many steps of how many are done, now and then; it ends the work by raising."""

_ALWAYS = ("charter.", "log.started", "workspace.created")
_PROVEN = frozenset({Action.SIGNED_OFF, Action.CHARTER_SIGNED, Action.CHARTER_MENDED})
_EVIDENCE = frozenset(
    {Action.SIGNED_OFF, Action.REVISION_FROZEN, Action.AUTHORIZATION_RECORDED, Action.DELIVERY_READ_BACK}
)
_STEP = 500
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Extract:
    """Which entries go as they are: those sought. Of the others the hashes go.

    `patients` also takes what may name patients, `pictures` the pictures of the versions that are shown.
    """

    sought: Sought = field(default_factory=Sought)
    patients: bool = False
    pictures: bool = True

    @property
    def whole(self) -> bool:
        """Whether no entry is left out."""
        return self.sought.everything

    def to_json(self) -> dict[str, Any]:
        """As the bundle tells it."""
        return {**self.sought.to_json(), "patients": self.patients, "pictures": self.pictures}


@dataclass(slots=True)
class Counts:
    """What went into a bundle and what did not. Pictures that are `missing` were not whole on this computer."""

    entries: int = 0
    left_out: int = 0
    withheld: int = 0
    erased: int = 0
    pictures: int = 0
    missing: list[str] = field(default_factory=list)


def resource(name: str) -> bytes:
    """One of the files that go with every bundle as they are: SPEC.md or verify.py."""
    return files("resources").joinpath("evidence", name).read_bytes()


def checker_digest() -> str:
    """The SHA-256 of verify.py in hexadecimal, for people to compare: the app and the key sheet show it."""
    return hashlib.sha256(resource("verify.py")).hexdigest()


class BundleWriter:
    """Writes the files that follow from the data, up to the entry before `checkpoint.size`."""

    def __init__(self, session: Session, folder: Folder, checkpoint: Checkpoint, extract: Extract) -> None:
        self._session = session
        self._folder = folder
        self._size = checkpoint.size
        self._extract = extract
        self.patients = Patients(session)
        self._fits = Fits(session, extract.sought)
        self._sinks: dict[str, Write] = {}
        self._proofs: list[int] = []
        self._pictures: dict[str, None] = {}
        self._charters = 0
        self.counts = Counts()

    def write(self, notes: Sequence[bytes], media: MediaFolder, tell: Tell) -> None:
        """Everything but the report and what says who made the bundle. Raises OSError and what `tell` raises."""
        with Nodes() as nodes:
            self._write_log(nodes, tell)
            self._write_checkpoints(notes, nodes)
            self._write_proofs(nodes)
        self._write_charter()
        if self._extract.pictures:
            self._write_pictures(media, tell)
        self._folder.put("SPEC.md", resource("SPEC.md"))
        self._folder.put("verify.py", resource("verify.py"))

    # ---- the log -----------------------------------------------------------------------------------------------------

    def keeps(self, leaf: Leaf) -> bool:
        """Whether the entry goes as it is. The charter's always do: without them nothing can be checked."""
        return leaf.action.startswith(_ALWAYS) or self._fits(leaf)

    def _write_log(self, nodes: Nodes, tell: Tell) -> None:
        names = ("entries", "bodies", "signoffs", "versions", "published", "authorizations")
        with ExitStack() as stack:
            self._sinks = {name: stack.enter_context(self._folder.writing(f"{name}.jsonl")) for name in names}
            for row in rows(self._session):
                if row.seq >= self._size:
                    break
                if row.seq % _STEP == 0:
                    tell(self._size + row.seq, 2 * self._size)
                hashed = leaf_hash(row.leaf)
                nodes.append(hashed)
                self._write_entry(row, hashed)

    def _write_entry(self, row: Row, hashed: bytes) -> None:
        leaf = Leaf.decode(row.leaf)
        self._charters += leaf.action.startswith("charter.")
        if not self.keeps(leaf):
            self.counts.left_out += 1
            self._sinks["entries"](_line({"h": hashed.hex()}))
            return
        self.counts.entries += 1
        self._sinks["entries"](row.leaf + b"\n")
        if leaf.action in _PROVEN or not self._extract.whole:
            self._proofs.append(leaf.seq)
        if row.body is None:
            self.counts.erased += 1
            self._line("bodies", seq=str(leaf.seq), withheld="erased")
        elif not (self._extract.patients or self.patients.may_go(leaf, row.body[1])):
            self.counts.withheld += 1
            self._line("bodies", seq=str(leaf.seq), withheld="patient")
        else:
            salt, body = row.body
            self._line("bodies", seq=str(leaf.seq), salt=salt.hex(), body=body.decode("utf-8"))
            if leaf.action in _EVIDENCE:
                self._write_evidence(leaf, parse(body))

    def _line(self, name: str, **values: Any) -> None:
        self._sinks[name](_line(values))

    # ---- what hangs on an entry --------------------------------------------------------------------------------------

    def _write_evidence(self, leaf: Leaf, body: Mapping[str, Any]) -> None:
        seq = str(leaf.seq)
        if leaf.action == Action.SIGNED_OFF:
            self._line("signoffs", seq=seq, envelope=parse(body["envelope"]))
        elif leaf.action == Action.REVISION_FROZEN:
            self._line("versions", seq=seq, **self._version(leaf, body["digest"]))
        elif leaf.action == Action.AUTHORIZATION_RECORDED:
            told = {name: body[name] for name in ("number", "digest", "scan")}
            self._line("authorizations", seq=seq, id=leaf.object["id"], **told)
        elif "digest" in body:  # a look at the network that showed something
            told = {"delivery": leaf.object["id"], "digest": body["digest"], "verdict": leaf.result}
            self._line("published", seq=seq, **told, **self._shown(leaf.object["id"], body["digest"]))

    def _version(self, leaf: Leaf, digest: str) -> dict[str, str]:
        if not (self._extract.patients or self.patients.may_be_shown(leaf.object["id"])):
            return {"digest": digest, "withheld": "patient"}
        found = select(Revision.content).where(
            Revision.post_id == leaf.object["id"], Revision.number == int(leaf.object["rev"])
        )
        content = self._session.exec(found).first()
        if content is None:
            return {"digest": digest, "withheld": "erased"}
        snapshot = Snapshot.decode(content)
        self._pictures |= {item.sha256: None for each in snapshot.contents for item in each.media}
        return {"content": content.decode("utf-8")}

    def _shown(self, delivery: str, digest: str) -> dict[str, Any]:
        found = select(AsPublished.shown).where(AsPublished.delivery_id == delivery, AsPublished.digest == digest)
        shown = self._session.exec(found).first()
        return {"withheld": "erased"} if shown is None else {"shown": shown}

    def _write_pictures(self, media: MediaFolder, tell: Tell) -> None:
        for sha256 in sorted(self._pictures):
            tell(1, 1)
            if not media.is_intact(sha256):
                self.counts.missing.append(sha256)
                continue
            with media.open_checked(sha256) as picture, self._folder.writing(f"media/{sha256}") as write:
                for piece in iter(lambda: picture.read(_CHUNK), b""):
                    write(piece)
            self.counts.pictures += 1

    # ---- proofs ------------------------------------------------------------------------------------------------------

    def _write_checkpoints(self, notes: Sequence[bytes], nodes: Nodes) -> None:
        with self._folder.writing("checkpoints.jsonl") as write:
            before = 0
            for note in notes:
                size = Checkpoint.parse(note).size
                proof = consistency_path(before, size, nodes.root_between) if before else []
                write(_line({"note": note.decode("utf-8"), "proof": _texts(proof)}))
                before = size
        self._folder.put("checkpoint", notes[-1])

    def _write_proofs(self, nodes: Nodes) -> None:
        with self._folder.writing("inclusion.jsonl") as write:
            for seq in self._proofs:
                proof = inclusion_path(seq, self._size, nodes.root_between)
                write(_line({"seq": str(seq), "proof": _texts(proof)}))

    def _write_charter(self) -> None:
        """Every version that the log has an entry of; a later one came after the newest checkpoint."""
        versions = select(CharterVersion.envelope).order_by(col(CharterVersion.version)).limit(self._charters)
        envelopes = self._session.exec(versions).all()
        self._folder.put("charter.jsonl", "".join(f"{envelope}\n" for envelope in envelopes).encode())
        vkeys = dict.fromkeys(vkey for envelope in envelopes for vkey in _vkeys(envelope))
        self._folder.put("vkeys", "".join(f"{vkey}\n" for vkey in vkeys).encode())
        self._folder.put("policy", "".join([*(f"log {vkey}\n" for vkey in vkeys), "quorum none\n"]).encode())


def _line(values: Mapping[str, Any]) -> bytes:
    """RFC 8785 and a line feed. For texts, whole numbers and ASCII names json writes the same, ten times as fast."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8") + b"\n"


def _texts(proof: Sequence[bytes]) -> list[str]:
    return [to_base64(step) for step in proof]


def _vkeys(envelope: str) -> list[str]:
    return vkeys_of(Charter.from_payload(Envelope.from_json(envelope).payload))
