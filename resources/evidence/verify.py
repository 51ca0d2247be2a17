#!/usr/bin/env python3
"""Checks an evidence bundle of Signpost, without Signpost: this file and Python 3.8 or newer are all that it takes.

    python3 -I verify.py DIR [--vkey KEY] [--checkpoint FILE] [--all]

DIR is the unpacked bundle. KEY is the log's key from the printed key sheet. FILE is a checkpoint that you kept from an
earlier bundle. What the files mean is told in SPEC.md, beside this file. The exit code says what was found:

    0  intact, and anchored by a key or a checkpoint that you brought yourself
    1  tampered with
    2  intact, but unanchored: nothing from outside says that this is the log that you mean
    3  this cannot be read as a bundle

Do not trust the copy of this file inside a bundle that you doubt: compare its SHA-256 with the one on the key sheet.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import stat
import sys
from typing import Any, Dict, Iterator, List, Optional, Sequence, Set, Tuple

ANCHORED, TAMPERED, UNANCHORED, UNREADABLE = 0, 1, 2, 3

UNLISTED = {"MANIFEST", "seal", "signature.dsse.json"}  # they vouch for the manifest, so it cannot list them
ALWAYS = {
    "SPEC.md", "authorizations.jsonl", "bodies.jsonl", "bundle.json", "charter.jsonl", "checkpoint",
    "checkpoints.jsonl", "entries.jsonl", "inclusion.jsonl", "policy", "published.jsonl", "report.html",
    "signoffs.jsonl", "verify.py", "versions.jsonl", "vkeys",
}  # fmt: skip


class Tampered(Exception):
    """Something is not what it was when it was signed."""


class Unreadable(Exception):
    """This is no bundle, or one of another form."""


def need(condition: object, what: str) -> None:
    """Goes on only if the condition holds."""
    if not condition:
        raise Tampered(what)


# ---- Bytes and JSON, strictly ----------------------------------------------------------------------------------------


def unbase64(text: object, size: Optional[int] = None) -> bytes:
    """Standard base64 in its one form: every byte sequence has exactly one text."""
    need(isinstance(text, str), "where base64 belongs there is none")
    try:
        data = base64.b64decode(str(text).encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise Tampered("a text is not base64") from None
    need(base64.b64encode(data).decode() == text, "a text is not base64 in its one form")
    need(size is None or len(data) == size, "a value has another length")
    return data


def sha256(data: bytes) -> str:
    """The digest as entries and statements write it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def canonical(value: object) -> bytes:
    """RFC 8785 for what bundles hold: texts, whole numbers, true, false, null, lists, objects with ASCII names."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def _object(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    found = dict(pairs)
    need(len(found) == len(pairs), "a name stands twice in one object")
    return found


def _refuse(number: str) -> Any:
    raise Tampered("a number is not a whole number: " + number[:20])


def parse(data: bytes, what: str) -> Dict[str, Any]:
    """The one JSON object that these bytes are the canonical form of."""
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_object, parse_constant=_refuse, parse_float=_refuse)
        same = isinstance(value, dict) and canonical(value) == data
    except (ValueError, RecursionError) as error:
        raise Tampered(f"{what}: not JSON ({type(error).__name__})") from None
    need(same, f"{what}: not JSON in its one form")
    return dict(value)


def fields(value: Any, names: str, what: str) -> List[Any]:
    """The values of exactly these names, in their order."""
    wanted = names.split()
    need(isinstance(value, dict) and set(value) == set(wanted), f"{what}: not the fields {names}")
    return [value[name] for name in wanted]


def number(text: object, what: str) -> int:
    """Numbers that grow are written as texts, so that no reader rounds them."""
    need(isinstance(text, str) and re.fullmatch(r"0|[1-9][0-9]{0,15}", text, re.ASCII), f"{what}: not a number")
    return int(str(text))


def many(count: int, one: str) -> str:
    """A number with its word."""
    return f"{count:,} {one}" + ("" if count == 1 else "s")


# ---- Ed25519, RFC 8032 section 5.1 -----------------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = Tuple[int, int, int, int]  # extended coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, xy = T/Z
NEUTRAL: Point = (0, 1, 1, 0)


def add(p: Point, q: Point) -> Point:
    """The sum of two points (section 5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor: int, point: Point) -> Point:
    """The point added to itself so many times."""
    total = NEUTRAL
    while factor:
        if factor & 1:
            total = add(total, point)
        point = add(point, point)
        factor >>= 1
    return total


def decode_point(data: bytes) -> Optional[Point]:
    """The point behind 32 bytes (section 5.1.3); None where they are those of none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def encode_point(point: Point) -> bytes:
    """The 32 bytes of a point (section 5.1.2)."""
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is the key's over the message (section 5.1.7)."""
    point = decode_point(key) if len(key) == 32 and len(signature) == 64 else None
    scalar = int.from_bytes(signature[32:], "little")
    if point is None or BASE is None or scalar >= ORDER:
        return False
    if encode_point(times(8, point)) == encode_point(NEUTRAL):
        return False  # one of the eight weak keys, for which anybody can sign
    hashed = hashlib.sha512(signature[:32] + key + message).digest()
    factor = int.from_bytes(hashed, "little") % ORDER
    minus = (P - point[0], point[1], 1, P - point[3])
    return encode_point(add(times(scalar, BASE), times(factor, minus))) == signature[:32]


# ---- The Merkle tree, RFC 6962 section 2.1 ---------------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows entry by entry; it keeps the roots of its perfect subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: List[bytes] = []

    def append(self, hashed: bytes) -> None:
        """One more entry, by its hash: a merge for each trailing one-bit of the size before."""
        size = self.size
        while size & 1:
            hashed = node_hash(self.peaks.pop(), hashed)
            size >>= 1
        self.peaks.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        """The root over all entries so far."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def included(index: int, size: int, hashed: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows the entry at this place in the tree (RFC 9162 section 2.1.3.2)."""
    node, last = index, size - 1
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            hashed = node_hash(step, hashed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            hashed = node_hash(hashed, step)
        node, last = node >> 1, last >> 1
    return index < size and last == 0 and hashed == root


def consistent(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> bool:
    """Whether the proof shows that the second tree begins with the first (RFC 9162 section 2.1.4.2)."""
    if not 0 < size1 < size2:
        return size1 == size2 > 0 and not proof and root1 == root2
    path = list(proof) if size1 & (size1 - 1) else [root1, *proof]  # a power of two is its own starting node
    node, last = size1 - 1, size2 - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    if not path:
        return False
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, step)
        node, last = node >> 1, last >> 1
    return last == 0 and old == root1 and new == root2


# ---- Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint) ------------------------------------------------


class Key:
    """Who signs notes: "name+id+base64(0x01 and the public key)"."""

    def __init__(self, vkey: str) -> None:
        parts = vkey.split("+", 2)
        need(len(parts) == 3 and re.fullmatch(r"[!-*,-~]+", parts[0]), "a key is not written as a vkey")
        self.text, self.name = vkey, parts[0]
        data = unbase64(parts[2], 33)
        need(data[:1] == b"\x01", "a key is no Ed25519 key")
        self.id = hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4]
        need(parts[1] == self.id.hex(), "a key's id does not belong to the key")
        self.public = data[1:]


class Note:
    """A checkpoint as a note: its lines, and the signatures below it as (name, key id, signature)."""

    def __init__(self, data: bytes, origin: str, extra: int = 0) -> None:
        try:
            whole = data.decode("utf-8")
        except ValueError:
            raise Tampered("a checkpoint is not text") from None
        text, gap, below = whole.partition("\n\n")
        need(gap and below.endswith("\n"), "a checkpoint is no signed note")
        self.text = text.encode() + b"\n"
        lines = text.split("\n")
        need(len(lines) == 3 + extra and lines[0] == origin, "a checkpoint belongs to another log or has other lines")
        self.size, self.root, self.extra = number(lines[1], "a checkpoint's size"), unbase64(lines[2], 32), lines[3:]
        self.signatures: List[Tuple[str, bytes, bytes]] = []
        for line in below[:-1].split("\n"):
            match = re.fullmatch("\u2014 ([!-*,-~]+) ([A-Za-z0-9+/]+=*)", line)
            need(match, "a line of a checkpoint's signatures is not one")
            signature = unbase64(match.group(2), 68) if match else b""
            self.signatures.append((match.group(1) if match else "", signature[:4], signature[4:]))

    def signers(self, keys: Sequence[Key]) -> List[Key]:
        """Those of the keys whose names and ids stand below the note; whether they signed is for `fits`."""
        named = {(name, key_id) for name, key_id, _ in self.signatures}
        return [key for key in keys if (key.name, key.id) in named]

    def fits(self, key: Key) -> bool:
        """Whether this key signed the note."""
        below = [value for name, key_id, value in self.signatures if (name, key_id) == (key.name, key.id)]
        return bool(below) and all(ed25519(key.public, self.text, value) for value in below)


# ---- Documents that people signed (DSSE) -----------------------------------------------------------------------------


def key_id(public: bytes) -> str:
    """A person's key goes by the beginning of its SHA-256."""
    return "ed25519:" + hashlib.sha256(public).hexdigest()[:32]


class Envelope:
    """A document with its signatures."""

    def __init__(self, value: Any, kind: str, what: str) -> None:
        payload, payload_type, signatures = fields(value, "payload payloadType signatures", what)
        need(payload_type == "application/vnd.signpost." + kind + "+json", f"{what}: a document of another kind")
        self.payload, self.what = unbase64(payload), what
        self.data = parse(self.payload, what)
        self.signed = b"DSSEv1 %d %b %d %b" % (
            len(payload_type), payload_type.encode(), len(self.payload), self.payload,
        )  # fmt: skip
        self.signatures: Dict[str, bytes] = {}
        for item in signatures:
            by, algorithm, value = fields(item, "keyid algorithm sig", what)
            need(algorithm == "ed25519" and by not in self.signatures, f"{what}: a signature of another kind")
            self.signatures[by] = unbase64(value, 64)

    def signed_by(self, member: Dict[str, Any]) -> bool:
        """Whether this person of the charter signed it."""
        signature = self.signatures.get(member["key_id"])
        return signature is not None and ed25519(unbase64(member["public_key"], 32), self.signed, signature)


# ---- The charter: who the staff are, with which keys and roles -------------------------------------------------------

OFFICERS = {"administrator", "privacy_officer"}


def officers(charter: Dict[str, Any]) -> List[Dict[str, Any]]:
    """The active people of a version who sign the next one."""
    return [each for each in charter["members"] if each["active"] and OFFICERS & set(each["roles"])]


def signers_among(envelope: Envelope, members: Sequence[Dict[str, Any]]) -> List[str]:
    """The ids of those who signed."""
    return [each["id"] for each in members if envelope.signed_by(each)]


def only_mends(before: Dict[str, Any], after: Dict[str, Any]) -> bool:
    """Whether a version does nothing but give officers new keys and name officers: what one officer and two other
    people may sign where a second officer cannot."""
    old = {each["id"]: each for each in before["members"]}
    new = {each["id"]: each for each in after["members"]}
    for person, member in new.items():
        known = old.get(person)
        if known is None:
            if not set(member["roles"]) <= OFFICERS or not member["roles"] or not member["active"]:
                return False
        elif known in officers(before):
            if {**known, "public_key": "", "key_id": ""} != {**member, "public_key": "", "key_id": ""}:
                return False
        elif known != member:
            gained = set(member["roles"]) - set(known["roles"])
            if not gained <= OFFICERS or {**known, "roles": sorted(set(known["roles"]) | gained)} != member:
                return False
    changing = {"version", "previous", "members", "made_at"}
    rest = [{name: each[name] for name in each if name not in changing} for each in (before, after)]
    return set(old) <= set(new) and rest[0] == rest[1] and before["members"] != after["members"]


class Charter:
    """Every version, each signed by people whom the version before entitled to."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self.versions: List[Dict[str, Any]] = []
        self.digests: List[str] = []
        self.lines: List[str] = []
        self.owners: Dict[str, str] = {}
        for line in lines:
            what = f"charter version {len(self.versions)}"
            try:
                self._take(Envelope(parse(line, what), "charter", what), what)
            except (KeyError, TypeError, AttributeError):
                raise Tampered(f"{what}: not written as a charter is") from None
            self.lines.append(line.decode("utf-8"))
        need(self.versions, "the bundle holds no charter")

    def _take(self, envelope: Envelope, what: str) -> None:
        charter = envelope.data
        need(charter["v"] == 1 and charter["version"] == len(self.versions), f"{what}: another version stands there")
        ids = [each["id"] for each in charter["members"]]
        need(len(set(ids)) == len(ids), f"{what}: somebody stands in it twice")
        for member in charter["members"]:
            need(member["key_id"] == key_id(unbase64(member["public_key"], 32)), f"{what}: a key has another's id")
            owner = self.owners.setdefault(member["key_id"], member["id"])
            need(owner == member["id"], f"{what}: a key changes hands")
        if self.versions:
            need(charter["previous"] == self.digests[-1], f"{what}: not made from the version before it")
            need(charter["workspace"] == self.versions[-1]["workspace"], f"{what}: of another workspace")
            need(len(officers(charter)) >= 2, f"{what}: leaves fewer than two people who can sign the next one")
            need(self._signed(envelope, self.versions[-1]), f"{what}: too few entitled people signed it")
        else:
            first = officers(charter)
            need(len(first) == 1 and "administrator" in first[0]["roles"], f"{what}: it must name one administrator")
            need(charter["previous"] is None and envelope.signed_by(first[0]), f"{what}: not signed by that one")
        self.versions.append(charter)
        self.digests.append(sha256(envelope.payload))

    @staticmethod
    def _signed(envelope: Envelope, before: Dict[str, Any]) -> bool:
        entitled, charter = officers(before), envelope.data
        signed = signers_among(envelope, entitled)
        if len(entitled) < 2:  # the first administrator, and an officer whom this version adds
            known = {each["id"] for each in entitled}
            added = [each for each in officers(charter) if each["id"] not in known]
            return len(signed) == len(entitled) and bool(signers_among(envelope, added))
        if len(signed) >= 2:
            return True
        everybody = signers_among(envelope, [each for each in before["members"] if each["active"]])
        return len(signed) == 1 and len(everybody) >= 3 and only_mends(before, charter)

    def keys(self) -> List[Key]:
        """The keys of all desks that any version names, each once, in the order in which they came."""
        found: Dict[str, Key] = {}
        for charter in self.versions:
            for desk in charter["desks"]:
                found.setdefault(desk["vkey"], Key(desk["vkey"]))
        return list(found.values())

    def member(self, version: Any, digest: Any, person: Any, what: str) -> Tuple[Dict[str, Any], Dict[str, Any]]:
        """The person as the named version has them, and that version."""
        known = type(version) is int and 0 <= version < len(self.versions) and self.digests[version] == digest
        need(known, f"{what}: given under a charter that is not in this bundle")
        charter = self.versions[version]
        found = [each for each in charter["members"] if each["id"] == person and each["active"]]
        need(found, f"{what}: the signer was not of the staff")
        return found[0], charter


# ---- The bundle's files ----------------------------------------------------------------------------------------------


class Bundle:
    """The folder, after every file was found to be the one that the manifest lists."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        if os.path.isfile(folder):
            raise Unreadable("This is a file. Unpack the archive first, then name the folder with verify.py in it.")
        if not os.path.isdir(folder):
            raise Unreadable("There is no such folder.")
        self.manifest = self.read("MANIFEST")
        self.listed = self._listing()
        self._compare()
        what = "bundle.json"
        self.about = parse(self.read(what), what)
        names = "app counts exporter log made_at organization root scope size v"
        fields(self.about, names, what)
        need(self.about["v"] == 1, "the bundle has another form")
        self.origin, self.size = str(self.about["log"]), number(self.about["size"], "the bundle's size")
        self.root = unbase64(self.about["root"], 32)

    def path(self, name: str) -> str:
        """Where a file of the bundle lies."""
        return os.path.join(self.folder, *name.split("/"))

    def read(self, name: str) -> bytes:
        """A small file as a whole."""
        try:
            with open(self.path(name), "rb") as file:
                return file.read()
        except OSError as error:
            raise Unreadable(f"{name} cannot be read: {error.strerror}.") from None

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file; every one ends with a line feed."""
        with open(self.path(name), "rb") as file:
            for line in file:
                need(line.endswith(b"\n"), f"{name}: the last line does not end")
                yield line[:-1]

    def records(self, name: str) -> Iterator[Dict[str, Any]]:
        """The JSON objects of a file, one a line."""
        for place, line in enumerate(self.lines(name), 1):
            yield parse(line, f"{name}, line {place}")

    def _listing(self) -> Dict[str, str]:
        if not self.manifest.endswith(b"\n"):
            raise Unreadable("MANIFEST does not end as it must.")
        listed: Dict[str, str] = {}
        for line in self.manifest[:-1].split(b"\n"):
            match = re.fullmatch(rb"([0-9a-f]{64})  ((?:media/[0-9a-f]{64})|(?:[A-Za-z]+(?:\.[a-z]+)?))", line)
            if match is None:
                raise Unreadable("MANIFEST has a line that is not written as it must be.")
            listed[match.group(2).decode()] = match.group(1).decode()
        if len(listed) != self.manifest.count(b"\n") or list(listed) != sorted(listed):
            raise Unreadable("MANIFEST lists a file twice, or not in order.")
        if not listed.keys() & ALWAYS:
            raise Unreadable("MANIFEST lists none of a bundle's files.")
        return listed

    def _present(self) -> Iterator[str]:
        for top in sorted(os.listdir(self.folder)):
            mode = os.lstat(self.path(top)).st_mode
            if top == "media" and stat.S_ISDIR(mode):
                inside = sorted(os.listdir(self.path(top)))
                need(inside, "media is a folder with nothing in it")
                for name in inside:
                    regular = stat.S_ISREG(os.lstat(os.path.join(self.path(top), name)).st_mode)
                    need(regular, "media holds something that is no file")
                    yield "media/" + name
            else:
                need(stat.S_ISREG(mode), f"{top!r} is no file of a bundle")
                yield top

    def _compare(self) -> None:
        present = set(self._present())
        extra = present - UNLISTED - set(self.listed)
        missing = (set(self.listed) | ALWAYS | {"seal"}) - present
        need(not extra, f"files that the manifest does not list: {', '.join(map(repr, sorted(extra)))}")
        need(not missing, f"files are missing: {', '.join(sorted(missing))}")
        need({name for name in self.listed if "/" not in name} == ALWAYS, "the manifest does not list a bundle's files")
        changed = [name for name, digest in self.listed.items() if self._digest(name) != digest]
        need(not changed, f"changed since the bundle was made: {', '.join(changed)}")
        misnamed = [name for name, digest in self.listed.items() if name.startswith("media/") and name[6:] != digest]
        need(not misnamed, "a picture does not go by its own digest")

    def _digest(self, name: str) -> str:
        hashed = hashlib.sha256()
        with open(self.path(name), "rb") as file:
            for piece in iter(lambda: file.read(1 << 20), b""):
                hashed.update(piece)
        return hashed.hexdigest()


def check_seal(bundle: Bundle) -> Key:
    """The seal: a checkpoint of this log, signed by a desk, with the manifest's digest as one more line."""
    keys = [Key(line.decode("utf-8", "replace")) for line in bundle.lines("vkeys")]
    seal = Note(bundle.read("seal"), bundle.origin, extra=1)
    need(seal.extra == ["manifest " + sha256(bundle.manifest)], "the seal is that of another manifest")
    need((seal.size, seal.root) == (bundle.size, bundle.root), "the seal is over another log")
    signers = seal.signers(keys)
    need(len(seal.signatures) == 1 and len(signers) == 1, "the seal is not by a desk of this log")
    need(seal.fits(signers[0]), "the seal's signature does not fit: the manifest was made by somebody else")
    return signers[0]


def check_exporter(bundle: Bundle, charter: Charter) -> str:
    """Who made the bundle: a person of the charter who signed its manifest, or the desk, whose seal is enough."""
    kind, person, name, role = fields(bundle.about["exporter"], "kind id name role", "the exporter")
    present = os.path.exists(bundle.path("signature.dsse.json"))
    if kind == "desk":
        need(not present, "there is a signature of a person, but the bundle was made without one")
        return f"{name}, without a person's signature"
    need(kind == "person" and present, "the signature of the person who made the bundle is missing")
    what = "the signature under the manifest"
    envelope = Envelope(parse(bundle.read("signature.dsse.json"), what), "bundle", what)
    names = "charter_digest charter_version log manifest meaning root signed_at signer size v"
    fields(envelope.data, names, what)
    signed = envelope.data
    need(signed["manifest"] == sha256(bundle.manifest), f"{what}: it is under another manifest")
    same = (signed["log"], signed["size"], signed["root"]) == tuple(
        bundle.about[key] for key in ("log", "size", "root")
    )
    need(same and signed["v"] == 1, f"{what}: it is over another log")
    need(fields(signed["signer"], "id name role key_id", what)[:3] == [person, name, role], f"{what}: another person's")
    member, _ = charter.member(signed["charter_version"], signed["charter_digest"], person, what)
    need(member["name"] == name and role in member["roles"], f"{what}: the charter has another name or role for them")
    need(signed["signer"]["key_id"] == member["key_id"], f"{what}: another key than the charter's")
    need(list(envelope.signatures) == [member["key_id"]] and envelope.signed_by(member), f"{what}: it does not fit")
    return f'{name}, {role.replace("_", " ")}, who signed it on {signed["signed_at"]}: "{signed["meaning"]}"'


# ---- The log ---------------------------------------------------------------------------------------------------------

LEAF = "action actor app boot digest log object prev reason result seq ts v"


class Log:
    """Every line of the log and what hangs on it, read once from the first entry to the last."""

    def __init__(self, bundle: Bundle, roots: Set[int], wanted: Set[int]) -> None:
        self.tree = Tree()
        self.roots: Dict[int, bytes] = {}  # at the sizes of the checkpoints
        self.hashes: Dict[int, bytes] = {}  # of the entries that inclusion proofs are about
        self.kept = self.left_out = self.withheld = self.erased = self.unseen_signoffs = 0
        self.charters: Dict[int, Dict[str, Any]] = {}
        self.frozen: Dict[Tuple[str, str], Dict[str, Any]] = {}
        self.evidence: Dict[str, Dict[int, Tuple[Dict[str, Any], Dict[str, Any]]]] = {
            "post.frozen": {}, "post.signed_off": {}, "delivery.read_back": {}, "authorization.recorded": {},
        }  # fmt: skip
        bodies, previous = bundle.records("bodies.jsonl"), ""
        for line in bundle.lines("entries.jsonl"):
            seq = self.tree.size
            hashed = self._line(line, seq, previous, bundle.origin, bodies)
            self.tree.append(hashed)
            previous = hashed.hex()
            if seq in wanted:
                self.hashes[seq] = hashed
            if seq + 1 in roots:
                self.roots[seq + 1] = self.tree.root()
        need(next(bodies, None) is None, "bodies.jsonl: more lines than entries")
        need(self.tree.size == bundle.size, f"there are {self.tree.size:,} entries, {bundle.size:,} were signed")
        need(self.tree.root() == bundle.root, "the entries are not those that were signed: the root differs")

    def _line(self, line: bytes, seq: int, previous: str, origin: str, bodies: Iterator[Dict[str, Any]]) -> bytes:
        what = f"entry {seq:,}"
        entry = parse(line, what)
        if "h" in entry:  # an extract: the entry was left out, its hash keeps its place
            (text,) = fields(entry, "h", what)
            need(isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text), f"{what}: not a hash")
            self.left_out += 1
            return bytes.fromhex(text)
        fields(entry, LEAF, what)
        fields(entry["actor"], "id key role", what)
        fields(entry["object"], "id rev type", what)
        need(number(entry["seq"], what) == seq, f"{what}: it stands at another place")
        need(entry["v"] == 1 and entry["log"] == origin, f"{what}: it belongs to another log")
        need(entry["prev"] == previous, f"{what}: it names another one before it")
        self.kept += 1
        body = self._body(entry, next(bodies, None), what)
        if body is not None:
            self._take(seq, entry, body)
        return leaf_hash(line)

    def _body(self, entry: Dict[str, Any], record: Optional[Dict[str, Any]], what: str) -> Optional[Dict[str, Any]]:
        need(record is not None and record.get("seq") == entry["seq"], f"{what}: its line in bodies.jsonl is missing")
        if "withheld" in (record or {}):
            _, why = fields(record, "seq withheld", what)
            need(why in ("patient", "erased"), f"{what}: an unknown reason to withhold a body")
            self.unseen_signoffs += entry["action"] == "post.signed_off"
            self.withheld += why == "patient"
            self.erased += why == "erased"
            return None
        body, salt, _ = fields(record, "body salt seq", what)
        need(isinstance(salt, str) and re.fullmatch("[0-9a-f]{64}", salt), f"{what}: not a salt")
        need(isinstance(body, str), f"{what}: not a body")
        data = body.encode("utf-8", "surrogatepass")
        need(sha256(bytes.fromhex(salt) + data) == entry["digest"], f"{what}: the readable part is another one")
        return parse(data, what)

    def _take(self, seq: int, entry: Dict[str, Any], body: Dict[str, Any]) -> None:
        action, about = entry["action"], entry["object"]
        if action in ("charter.signed", "charter.mended"):
            self.charters[number(about["rev"], f"entry {seq:,}")] = body
        if action == "post.frozen":
            self.frozen[about["id"], about["rev"]] = body
        if action in self.evidence and (action != "delivery.read_back" or "digest" in body):
            self.evidence[action][seq] = entry, body


def check_charter_entries(charter: Charter, log: Log) -> None:
    """Every charter version has its entry, and every such entry its version: none was added, none hidden."""
    need(sorted(log.charters) == list(range(len(charter.versions))), "the log knows other charter versions")
    for version, body in log.charters.items():
        same = (body.get("digest"), body.get("envelope")) == (charter.digests[version], charter.lines[version])
        need(same, f"charter version {version}: the log has another one")


class Checkpoints:
    """Every checkpoint, oldest first, each with the proof that it continues the one before."""

    def __init__(self, bundle: Bundle, keys: Sequence[Key]) -> None:
        self.notes: List[Note] = []
        self.proofs: List[List[bytes]] = []
        text = ""
        for record in bundle.records("checkpoints.jsonl"):
            text, proof = fields(record, "note proof", "a checkpoint")
            self.notes.append(Note(str(text).encode("utf-8", "surrogatepass"), bundle.origin))
            self.proofs.append([unbase64(step, 32) for step in proof])
        need(self.notes and text.encode() == bundle.read("checkpoint"), "checkpoint is not the last of all checkpoints")
        need((self.notes[-1].size, self.notes[-1].root) == (bundle.size, bundle.root), "the last one has another size")
        self.keys = [note.signers(keys) for note in self.notes]
        need(all(self.keys), "a checkpoint is not signed by a desk of the charter")

    def sizes(self) -> Set[int]:
        """The sizes at which the log's root has to be known."""
        return {note.size for note in self.notes}

    def check_roots(self, log: Log) -> None:
        """All of them, whoever signed: recomputed from the entries, and by the proofs from one to the next."""
        for place, note in enumerate(self.notes):
            root = log.roots.get(note.size)
            need(root == note.root, f"the entries before {note.size:,} are not those that a checkpoint signed")
            before = self.notes[place - 1] if place else None
            if before is None:
                need(not self.proofs[0], "the first checkpoint continues none")
            else:
                fits = consistent(before.size, note.size, self.proofs[place], before.root, note.root)
                need(
                    fits and before.size < note.size,
                    f"no proof that the checkpoint of {note.size:,} continues that of {before.size:,}",
                )

    def check_signatures(self, everyone: bool, anchors: Sequence[Key]) -> Tuple[int, Dict[str, int]]:
        """How many signatures were checked, and up to which size each of `anchors` signed.

        Checking all takes long. The first, the last, those where the key changes and the newest of each anchor do.
        """
        last = len(self.notes) - 1
        chosen = {0, last}
        chosen |= {place for place in range(1, last + 1) if self.keys[place] != self.keys[place - 1]}
        reach: Dict[str, int] = {}
        for anchor in anchors:
            places = [place for place, keys in enumerate(self.keys) if anchor.text in [key.text for key in keys]]
            need(places, "no checkpoint of this log is signed by the key that you gave")
            chosen.add(places[-1])
            reach[anchor.text] = self.notes[places[-1]].size
        places_to_check = sorted(set(range(last + 1)) if everyone else chosen)
        for place in places_to_check:
            note = self.notes[place]
            need(all(map(note.fits, self.keys[place])), f"the checkpoint of {note.size:,} has a forged signature")
        return len(places_to_check), reach


# ---- What hangs on the log -------------------------------------------------------------------------------------------


def evidence_lines(bundle: Bundle, name: str, action: str, log: Log) -> Iterator[Tuple[str, Any, Any, Dict[str, Any]]]:
    """The records of a file beside the entries and bodies that they belong to: one for each, in their order."""
    waiting = iter(log.evidence[action].items())
    for record in bundle.records(name):
        seq, found = next(waiting, (-1, ({}, {})))
        what = f"{name}, for entry {seq:,}"
        need(record.get("seq") == str(seq), f"{name}: a line is missing, added or moved")
        yield what, found[0], found[1], record
    need(next(waiting, None) is None, f"{name}: lines are missing at its end")


def check_signoffs(bundle: Bundle, log: Log, charter: Charter) -> int:
    """Every sign-off: by whom the charter says, with their key, over the version that the log holds."""
    count = 0
    for what, entry, body, record in evidence_lines(bundle, "signoffs.jsonl", "post.signed_off", log):
        _, envelope = fields(record, "seq envelope", what)
        need(body.get("envelope") == canonical(envelope).decode(), f"{what}: the log has another envelope")
        try:
            check_signoff(Envelope(envelope, "signoff", what), entry, log, charter)
        except (KeyError, TypeError, AttributeError):
            raise Tampered(f"{what}: not written as a sign-off is") from None
        count += 1
    return count


def check_signoff(envelope: Envelope, entry: Dict[str, Any], log: Log, charter: Charter) -> None:
    """One sign-off against the charter version that it names, its entry and the version of the post."""
    said, what = envelope.data, envelope.what
    signer = said["signer"]
    member, then = charter.member(said["charter_version"], said["charter_digest"], signer["id"], what)
    need(signer["key_id"] == member["key_id"], f"{what}: another key than the charter has for {member['name']}")
    need(signer["name"] == member["name"], f"{what}: the printed name is not the charter's")
    need(list(envelope.signatures) == [member["key_id"]], f"{what}: other signatures than that of {member['name']}")
    need(envelope.signed_by(member), f"{what}: not signed with the key of {member['name']}")
    holder = member
    if signer["deputy_for"]:
        holder, _ = charter.member(said["charter_version"], said["charter_digest"], signer["deputy_for"], what)
        pair = (signer["deputy_for"], signer["id"])
        terms = [each for each in then["deputies"] if (each["person"], each["deputy"]) == pair]
        stood_in = any(each["since"] <= said["signed_at"] <= each["until"] for each in terms)
        need(stood_in, f"{what}: {member['name']} was not that person's deputy")
    need(signer["role"] in holder["roles"], f"{what}: {holder['name']} did not hold the role {signer['role']}")
    stages = [stage for route in then["routes"] for stage in route["stages"] if stage["name"] == said["stage"]]
    meant = any(
        stage["meaning"] == said["meaning"] and (signer["role"] in stage["roles"] or holder["id"] in stage["people"])
        for stage in stages
    )
    need(meant, f"{what}: no stage of the charter gives it this meaning")
    about = (entry["actor"]["id"], entry["object"]["id"], entry["object"]["rev"])
    need(about == (signer["id"], said["post"], str(said["number"])), f"{what}: it was recorded for something else")
    frozen = log.frozen.get((said["post"], str(said["number"])))
    if frozen is not None:
        listed = all(frozen["accounts"].get(each["id"]) == each["digest"] for each in said["accounts"])
        need(listed and said["accounts"], f"{what}: it was given for other content")
        need(frozen["digest"] == said["revision"], f"{what}: it was given for another version")


def check_versions(bundle: Bundle, log: Log) -> Tuple[int, int, int]:
    """The texts of the versions, and their pictures, against the digests that the log recorded and people signed:
    (shown, withheld, pictures)."""
    shown = withheld = 0
    pictures: Set[str] = set()
    for what, _, body, record in evidence_lines(bundle, "versions.jsonl", "post.frozen", log):
        if "withheld" in record:
            _, digest, why = fields(record, "seq digest withheld", what)
            need(digest == body.get("digest") and why in ("patient", "erased"), f"{what}: another digest")
            withheld += 1
            continue
        _, content = fields(record, "seq content", what)
        need(isinstance(content, str), f"{what}: not a version")
        data = content.encode("utf-8", "surrogatepass")
        need(sha256(data) == body.get("digest"), f"{what}: not the version that was recorded")
        contents = parse(data, what).get("contents", [])
        digests = {each["account"]: sha256(canonical(each)) for each in contents}
        need(digests == body.get("accounts"), f"{what}: its texts have other digests than were signed")
        pictures |= {"media/" + item["sha256"] for each in contents for item in each["media"]}
        shown += 1
    here = {name for name in bundle.listed if "/" in name}
    need(here <= pictures, "there is a picture that no version names")
    return shown, withheld, len(here)


def check_published(bundle: Bundle, log: Log) -> Tuple[int, int]:
    """What networks showed, against the digests that the log recorded: (shown, withheld)."""
    shown = withheld = 0
    for what, entry, body, record in evidence_lines(bundle, "published.jsonl", "delivery.read_back", log):
        names = "seq delivery digest verdict " + ("withheld" if "withheld" in record else "shown")
        fields(record, names, what)
        said = (record["delivery"], record["digest"], record["verdict"])
        need(said == (entry["object"]["id"], body["digest"], entry["result"]), f"{what}: the log has another record")
        if "shown" in record:
            need(sha256(canonical(record["shown"])) == record["digest"], f"{what}: not what the network showed")
            shown += 1
        else:
            need(record["withheld"] in ("patient", "erased"), f"{what}: an unknown reason to withhold")
            withheld += 1
    return shown, withheld


def check_authorizations(bundle: Bundle, log: Log) -> int:
    """The digests of the authorizations, as the log recorded them."""
    count = 0
    for what, entry, body, record in evidence_lines(bundle, "authorizations.jsonl", "authorization.recorded", log):
        _, name, *said = fields(record, "seq id number digest scan", what)
        need(name == entry["object"]["id"], f"{what}: another authorization")
        need(said == [body.get("number"), body.get("digest"), body.get("scan")], f"{what}: the log has another one")
        count += 1
    return count


def check_inclusion(bundle: Bundle, log: Log, proofs: Dict[int, List[bytes]]) -> None:
    """The proofs by which single entries can be passed on with the newest checkpoint."""
    for seq, proof in proofs.items():
        shown = seq in log.hashes and included(seq, bundle.size, log.hashes[seq], proof, bundle.root)
        need(shown, f"inclusion.jsonl: the proof for entry {seq:,} does not fit")


def read_inclusion(bundle: Bundle) -> Dict[int, List[bytes]]:
    """Entry to proof."""
    proofs: Dict[int, List[bytes]] = {}
    for record in bundle.records("inclusion.jsonl"):
        seq, proof = fields(record, "seq proof", "inclusion.jsonl")
        place = number(seq, "inclusion.jsonl")
        need(place not in proofs, "inclusion.jsonl: an entry stands twice")
        proofs[place] = [unbase64(step, 32) for step in proof]
    return proofs


# ---- From outside ----------------------------------------------------------------------------------------------------


def read_kept(path: str, bundle: Bundle) -> Note:
    """A checkpoint that the reader kept: what an earlier bundle called `checkpoint`."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from None
    note = Note(data, bundle.origin)
    need(
        note.size <= bundle.size,
        f"you hold a checkpoint of {note.size:,} entries and this bundle ends at {bundle.size:,}: entries were cut"
        " off, or an older state was put back; only a bundle made before that checkpoint ends so",
    )
    return note


def check_keys(bundle: Bundle, charter: Charter, given: Sequence[str]) -> Tuple[List[Key], List[Key]]:
    """The log's keys, as the charter has them, and those that the reader brought."""
    keys = charter.keys()
    need(bundle.read("vkeys") == "".join(key.text + "\n" for key in keys).encode(), "vkeys are not the charter's")
    policy = "".join(f"log {key.text}\n" for key in keys) + "quorum none\n"
    need(bundle.read("policy") == policy.encode(), "policy is not the charter's")
    anchors = [key for key in keys if key.text in given]
    need(
        {key.text for key in anchors} == set(given),
        "the charter does not name the key that you gave: this is another log, or one that was begun anew",
    )
    return keys, anchors


# ---- The check and its words -----------------------------------------------------------------------------------------


def check(folder: str, vkeys: Sequence[str] = (), kept: str = "", everything: bool = False) -> Tuple[int, List[str]]:
    """The exit code and what to print. Raises Tampered and Unreadable."""
    bundle = Bundle(folder)
    sealed_by = check_seal(bundle)
    charter = Charter(bundle.lines("charter.jsonl"))
    keys, anchors = check_keys(bundle, charter, vkeys)
    need(sealed_by.text in [key.text for key in keys], "the seal is not by a desk of the charter")
    exporter = check_exporter(bundle, charter)
    checkpoints, proofs = Checkpoints(bundle, keys), read_inclusion(bundle)
    held = read_kept(kept, bundle) if kept else None
    log = Log(bundle, checkpoints.sizes() | ({held.size} if held else set()), set(proofs))
    check_charter_entries(charter, log)
    checkpoints.check_roots(log)
    checked, reach = checkpoints.check_signatures(everything, anchors)
    if held is not None:
        need(
            log.roots.get(held.size) == held.root,
            f"you hold another checkpoint of {held.size:,} entries: the log was rewritten, or two histories were shown",
        )
    check_inclusion(bundle, log, proofs)
    signoffs, versions = check_signoffs(bundle, log, charter), check_versions(bundle, log)
    published = check_published(bundle, log)
    facts = [
        f"Log {bundle.origin}, {bundle.size:,} entries, root {bundle.root.hex()}.",
        f"Made on {bundle.about['made_at']} by {exporter}.",
        "",
        "Proven:",
        f"- All {len(bundle.listed)} files are those that were sealed; none is missing, none was added.",
        f"- Entries 0 to {bundle.size - 1:,} are complete, in order and unchanged since the newest checkpoint"
        + (f"; {log.left_out:,} of them are here by their hashes alone." if log.left_out else "."),
        f"- {many(len(checkpoints.notes), 'checkpoint')}, each over these entries and continuing the one before;"
        f" {many(checked, 'signature')} of them checked.",
        f"- {many(len(charter.versions), 'charter version')}, each signed by people whom the one before entitled to.",
        f"- {many(signoffs, 'sign-off')}, each with the key that the charter gave its signer, over a recorded version.",
        f"- {many(versions[0], 'version')} of posts as recorded and signed; {versions[1]:,} more are withheld;"
        f" {many(versions[2], 'picture')}.",
        f"- {many(published[0], 'record')} of what networks showed, as recorded; {published[1]:,} more are withheld.",
        f"- {many(check_authorizations(bundle, log), 'authorization')} with the digests that were recorded.",
        *(f"- Anchored by the key that you gave: it signed entries 0 to {size - 1:,}." for size in reach.values()),
        *([f"- Anchored by your checkpoint: entries 0 to {held.size - 1:,} are those that you knew."] if held else []),
        "",
        *limits(bundle, log, checked < len(checkpoints.notes), bool(reach) or held is not None),
    ]
    return (ANCHORED if reach or held else UNANCHORED), facts


def limits(bundle: Bundle, log: Log, some_unchecked: bool, anchored: bool) -> List[str]:
    """What no bundle can prove, or this one does not."""
    found = ["Not proven:"]
    if not anchored:
        found.append(
            "- That this is the log that you mean: whoever owns the computer could have begun another. Bring the key"
            " from the key sheet (--vkey) or a checkpoint that you kept (--checkpoint)."
        )
    if some_unchecked:
        found.append("- The signatures of the other checkpoints. --all checks every one; their roots all fit.")
    if log.withheld or log.erased:
        found.append(
            f"- What the readable parts of some entries say: {log.withheld:,} withheld because they may name patients,"
            f" {log.erased:,} erased. Their digests are in the entries."
        )
    if log.unseen_signoffs:
        found.append(f"- {many(log.unseen_signoffs, 'sign-off')} of entries whose readable part is not here.")
    return [
        *found,
        f"- What happened after entry {bundle.size - 1:,}, and that no later entries were cut off: a local log alone"
        " cannot show truncation by the owner of the machine. A newer checkpoint in other hands can.",
        "- That the times are right: they are what the computer's clock said. Their order is proven.",
        "- That everything that happened was logged: compare with the networks' own lists of posts.",
        "- report.html is for reading and proves nothing.",
    ]


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Checks, prints, and returns the exit code."""
    parser = argparse.ArgumentParser(description="Checks an evidence bundle of Signpost.")
    parser.add_argument("folder", metavar="DIR", help="the unpacked bundle")
    parser.add_argument(
        "--vkey", action="append", default=[], help="the log's key, from the key sheet; may be repeated"
    )
    parser.add_argument("--checkpoint", default="", metavar="FILE", help="a checkpoint that you kept")
    parser.add_argument("--all", action="store_true", help="check the signature of every checkpoint")
    try:
        given = parser.parse_args(arguments)
    except SystemExit as stop:  # argparse ends wrong usage with 2, which here means something else
        return UNREADABLE if stop.code else ANCHORED
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # a console may not know every letter of a name
    try:
        code, lines = check(given.folder, given.vkey, given.checkpoint, given.all)
    except Tampered as error:
        code, lines = TAMPERED, [f"TAMPERED: {error}.", "Do not rely on this bundle. Keep it as it is."]
    except (Unreadable, OSError) as error:
        code, lines = UNREADABLE, [f"UNREADABLE: {error}"]
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError) as error:
        code, lines = UNREADABLE, [f"UNREADABLE: a part has another form than a bundle's ({type(error).__name__})."]
    else:
        lines.insert(0, "INTACT AND ANCHORED." if code == ANCHORED else "INTACT, BUT UNANCHORED.")
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
