"""Bundles for tests, the checker as it is shipped, and hands that change a bundle as a courier would."""

import hashlib
import io
import json
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from editorial.audit.auditing import Auditing
from editorial.audit.bundle import Extract
from editorial.audit.bundling import Bundling
from editorial.audit.checkpoint import Checkpoint, checkpoint_signer
from editorial.audit.leaf import Leaf
from editorial.audit.manifest import MANIFEST, SEAL, seal
from editorial.audit.merkle import leaf_hash
from editorial.audit.note import NoteSigner
from editorial.audit.tree import inclusion_proof, root_of
from editorial.canonical import canonical, parse
from editorial.delivery.afterwards import Afterwards
from editorial.delivery.record import Deliveries
from editorial.delivery.showing import Shown
from editorial.keys.signing import from_base64, to_base64
from editorial.outcomes import Published
from tests.contracts.source import ROOT
from tests.fakes.authorizations import recorded, sign, story
from tests.fakes.desks import HELEN, Staff
from tests.fakes.posts import scheduled

CHECKER = ROOT / "resources" / "evidence" / "verify.py"
ANCHORED, TAMPERED, UNANCHORED, UNREADABLE = 0, 1, 2, 3
TEXT = "Flu vaccination starts on Monday."
STORY = "Rosa sang with the choir."


@cache
def checker() -> ModuleType:
    """verify.py, loaded from the file that is shipped."""
    spec = spec_from_file_location("shipped_verify", CHECKER)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Checked:
    """What verify.py said."""

    code: int
    text: str


def check(folder: Path, *arguments: str | Path) -> Checked:
    """Runs verify.py in this process."""
    said = io.StringIO()
    with redirect_stdout(said):
        code = checker().main([str(folder), *map(str, arguments)])
    return Checked(code, said.getvalue())


def vkey_of(bundle: Path) -> str:
    """The first desk's key: what the printed key sheet says."""
    return (bundle / "vkeys").read_text(encoding="ascii").splitlines()[0]


def lived_in(staff: Staff) -> str:
    """A post that was published and read back, with a picture, and one that rests on a patient's authorization."""
    account = staff.connect_practice()
    post, delivery = scheduled(staff, TEXT, pictures=1, account=account)
    record = Deliveries(staff.desk)
    started = record.claim(delivery, "post", public=True)
    assert started is not None
    record.finish(started.attempt_id, Published("r-1", "https://practice.example/1"), chance=0.0)
    staff.clock.forward(timedelta(seconds=10))
    Afterwards(staff.desk).note(delivery, Shown(TEXT))
    sign(staff, story(staff, [recorded(staff)], account, STORY))
    return post


def export(staff: Staff, out: Path, extract: Extract | None = None) -> Path:
    """A bundle that Helen made and signed."""
    Bundling(staff.desk).export(staff.helen.actor, out, extract or Extract(), passphrase=HELEN)
    return out


def signer_of(staff: Staff) -> NoteSigner:
    """The desk's own key: what malware that runs as the same user could use."""
    desk = staff.desk
    return checkpoint_signer(staff.secret, desk.workspace.origin, desk.desk_id)


def lines(path: Path) -> list[bytes]:
    """A file's lines, each with its end."""
    return path.read_bytes().splitlines(keepends=True)


def relisted(bundle: Path) -> bytes:
    """The manifest as it would be over the files that are there now."""
    found = {
        each.relative_to(bundle).as_posix(): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in bundle.rglob("*")
        if each.is_file() and each.name not in (MANIFEST, SEAL, "signature.dsse.json")
    }
    data = "".join(f"{found[name]}  {name}\n" for name in sorted(found)).encode()
    (bundle / MANIFEST).write_bytes(data)
    return data


def resealed(bundle: Path, signer: NoteSigner) -> None:
    """Manifest and seal made anew over the files that are there: the desk vouches, no person does."""
    (bundle / "signature.dsse.json").unlink(missing_ok=True)
    about = parse((bundle / "bundle.json").read_bytes())
    about["exporter"] = {"kind": "desk", "id": "desk", "name": "somebody", "role": "operator"}
    (bundle / "bundle.json").write_bytes(canonical(about))
    newest = Checkpoint(about["log"], int(about["size"]), from_base64(about["root"]))
    (bundle / SEAL).write_bytes(seal(newest, relisted(bundle), signer))


def records(path: Path) -> list[dict[str, Any]]:
    """The JSON objects of a file."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def put(path: Path, values: list[dict[str, Any]]) -> None:
    """Writes the objects back."""
    path.write_bytes(b"".join(canonical(value) + b"\n" for value in values))


def regrown(bundle: Path, leaves: list[Leaf], signer: NoteSigner, bodies: list[dict[str, Any]] | None = None) -> None:
    """The whole log made anew from these entries, by whoever has a key: chain, root, checkpoint, proofs, seal."""
    prev, encoded = "", []
    for seq, leaf in enumerate(leaves):
        data = replace(leaf, seq=seq, prev=prev).encode()
        encoded.append(data)
        prev = leaf_hash(data).hex()
    hashes = [leaf_hash(data) for data in encoded]
    newest = Checkpoint(leaves[0].log, len(leaves), root_of(hashes))
    note = signer.sign(newest.to_text())
    (bundle / "entries.jsonl").write_bytes(b"".join(data + b"\n" for data in encoded))
    (bundle / "checkpoint").write_bytes(note)
    put(bundle / "checkpoints.jsonl", [{"note": note.decode(), "proof": []}])
    proven = [int(each["seq"]) for each in records(bundle / "inclusion.jsonl") if int(each["seq"]) < len(leaves)]
    proofs = [(seq, inclusion_proof(seq, hashes)) for seq in proven]
    put(bundle / "inclusion.jsonl", [{"seq": str(seq), "proof": [to_base64(x) for x in each]} for seq, each in proofs])
    kept = records(bundle / "bodies.jsonl")[: len(leaves)] if bodies is None else bodies
    put(bundle / "bodies.jsonl", kept)
    about = parse((bundle / "bundle.json").read_bytes())
    about |= {"size": str(newest.size), "root": to_base64(newest.root)}
    (bundle / "bundle.json").write_bytes(canonical(about))
    resealed(bundle, signer)


def leaves_of(bundle: Path) -> list[Leaf]:
    """The entries of a bundle of the whole log."""
    return [Leaf.decode(line) for line in (bundle / "entries.jsonl").read_bytes().splitlines()]


def newest_entry(staff: Staff) -> dict[str, object]:
    (entry,) = Auditing(staff.desk).entries(limit=1)
    return {"action": entry.action, "reason": entry.reason, "actor": entry.actor, **entry.body}
