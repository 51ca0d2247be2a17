"""One entry of the log as the bytes that are hashed: ids, codes and salted digests, never a name or a typed text.

Every field has a narrow alphabet, so that prose cannot slip in; what people read stands in a body beside the log, tied
to the entry by `commitment`. Deleting body and salt leaves the log verifiable and the words gone.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from string import Formatter
from types import MappingProxyType

SALT_SIZE = 32

# No alphabet has a character that JSON escapes or that is not ASCII. The RFC 8785 bytes of an entry are therefore a
# fixed frame around the values, and reading one is a single match: half a million entries take seconds, and no other
# bytes (a key twice, another order, a space more) can pass for an entry.
_ID = r"[A-Za-z0-9_.:@/-]{1,200}"
_CODE = r"[a-z][a-z0-9_]{0,63}(?:\.[a-z][a-z0-9_]{0,63}){0,3}"
_FORMS = {
    "action": _CODE,
    "actor_id": _ID,
    "actor_key": rf"(?:{_ID})?",
    "actor_role": rf"(?:{_CODE})?",
    "app": r"[0-9A-Za-z.+-]{1,60}",
    "boot": rf"(?:{_ID})?",
    "digest": r"(?:sha256:[0-9a-f]{64})?",
    "log": r"[a-z0-9][a-z0-9._/-]{0,199}",  # may stand as the name of a signed note: no space, no plus
    "object_id": _ID,
    "object_rev": rf"(?:{_ID})?",
    "object_type": _CODE,
    "prev": r"(?:[0-9a-f]{64})?",
    "reason": rf"(?:{_CODE})?",
    "result": _CODE,
    "seq": r"(?:0|[1-9][0-9]{0,15})",
    "ts": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z",
}
_FRAME = (
    '{{"action":"{action}","actor":{{"id":"{actor_id}","key":"{actor_key}","role":"{actor_role}"}},"app":"{app}",'
    '"boot":"{boot}","digest":"{digest}","log":"{log}",'
    '"object":{{"id":"{object_id}","rev":"{object_rev}","type":"{object_type}"}},'
    '"prev":"{prev}","reason":"{reason}","result":"{result}","seq":"{seq}","ts":"{ts}","v":1}}'
)
_ONE = {name: re.compile(form) for name, form in _FORMS.items()}
_WHOLE = re.compile(
    "".join(
        re.escape(text) + (f"(?P<{name}>{_FORMS[name]})" if name else "")
        for text, name, _, _ in Formatter().parse(_FRAME)
    )
)
_NAMES = tuple(_WHOLE.groupindex)
_ACTOR = frozenset({"id", "role", "key"})
_OBJECT = frozenset({"type", "id", "rev"})
_PLAIN = ("log", "ts", "boot", "action", "digest", "result", "reason", "app", "prev")


def new_salt() -> bytes:
    """32 fresh random bytes for one commitment."""
    return secrets.token_bytes(SALT_SIZE)


def commitment(salt: bytes, body: bytes) -> str:
    """`sha256:` and the digest of salt and body, which binds the body without telling it.

    Raises ValueError for a salt of another size.
    """
    if len(salt) != SALT_SIZE:
        raise ValueError("a salt has 32 bytes")
    return "sha256:" + hashlib.sha256(salt + body).hexdigest()


def fits(digest: str, salt: bytes, body: bytes) -> bool:
    """Whether `digest` committed to this body with this salt."""
    return len(salt) == SALT_SIZE and digest == "sha256:" + hashlib.sha256(salt + body).hexdigest()


_day = lru_cache(maxsize=4096)(date.fromisoformat)  # a log has many entries a day


def _check_whole(values: Mapping[str, str]) -> None:
    """What the forms of single values cannot say. Raises ValueError."""
    _day(values["ts"][:10])
    if (values["seq"] == "0") != (values["prev"] == ""):
        raise ValueError("entry 0 has no entry before it, every other has one")


def values_in(data: bytes) -> dict[str, str]:
    """The values in an entry's bytes, under the names of `Leaf.columns` and log, seq, boot, app and prev.

    Raises ValueError for bytes that `Leaf.encode` does not give for any entry.
    """
    found = _WHOLE.fullmatch(data.decode("ascii"))
    if found is None:
        raise ValueError("not written as an entry is")
    values = dict(zip(_NAMES, found.groups(), strict=True))  # `groupdict` takes three times as long
    _check_whole(values)
    return values


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry. An empty text stands for "none" in the fields that may have none.

    `log` is the log's origin; `seq` counts from 0; `ts` has `clock.stamp`'s form and is only a claim; `boot` names the
    run of the computer; `actor` is {id, role, key}; `object` is {type, id, rev}; `digest` is a `commitment`; `reason`
    is a code; `prev` is the hash of the entry before, in hexadecimal, empty for entry 0. Else: ValueError.
    """

    log: str
    seq: int
    ts: str
    boot: str
    actor: Mapping[str, str]
    action: str
    object: Mapping[str, str]
    digest: str
    result: str
    reason: str
    app: str
    prev: str

    def __post_init__(self) -> None:
        if self.actor.keys() != _ACTOR or self.object.keys() != _OBJECT:
            raise ValueError("actor has id, role and key; object has type, id and rev")
        object.__setattr__(self, "actor", MappingProxyType(dict(self.actor)))
        object.__setattr__(self, "object", MappingProxyType(dict(self.object)))
        values = self._values()
        for name, value in values.items():
            if not _ONE[name].fullmatch(value):
                raise ValueError(f"{name} is not written as it must be")
        _check_whole(values)

    def _values(self) -> dict[str, str]:
        return {
            "log": self.log, "seq": str(self.seq), "boot": self.boot, "app": self.app, "prev": self.prev,
            **self.columns(),
        }  # fmt: skip

    def columns(self) -> dict[str, str]:
        """The parts by which entries are found, under the names that columns beside the leaf have."""
        return {
            "ts": self.ts, "action": self.action, "result": self.result, "reason": self.reason, "digest": self.digest,
            "actor_id": self.actor["id"], "actor_role": self.actor["role"], "actor_key": self.actor["key"],
            "object_type": self.object["type"], "object_id": self.object["id"], "object_rev": self.object["rev"],
        }  # fmt: skip

    def encode(self) -> bytes:
        """The RFC 8785 bytes: what is stored, hashed and exported. Numbers that grow are written as texts."""
        return _FRAME.format_map(self._values()).encode("ascii")

    @classmethod
    def decode(cls, data: bytes) -> "Leaf":
        """The entry in these bytes. Raises ValueError for bytes that `encode` does not give for any entry."""
        value = values_in(data)
        leaf = object.__new__(cls)  # everything about the values was checked: once is enough for half a million
        actor = {"id": value["actor_id"], "role": value["actor_role"], "key": value["actor_key"]}
        about = {"type": value["object_type"], "id": value["object_id"], "rev": value["object_rev"]}
        read: dict[str, object] = {name: value[name] for name in _PLAIN}
        read |= {"seq": int(value["seq"]), "actor": MappingProxyType(actor), "object": MappingProxyType(about)}
        for name, found in read.items():
            object.__setattr__(leaf, name, found)
        return leaf
