"""The statement that a sign-off is a signature over, and when such a signature counts."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from editorial.canonical import canonical
from editorial.charter.chain import VerifiedCharter
from editorial.charter.document import Charter, Member, Stage
from editorial.clock import as_stored, stamp
from editorial.errors import DeskError
from editorial.keys.dsse import Envelope, sign, verify
from editorial.keys.signing import SigningKey
from editorial.strict import fields, items, moment, read

PAYLOAD_TYPE = "application/vnd.signpost.signoff+json"

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_SALT = re.compile(r"[0-9a-f]{64}")
_SIGNER = ("id", "name", "role", "key_id", "deputy_for")
_FINDING = ("rule", "how")
_MAYBE = (str, type(None))


class SignoffError(DeskError):
    """A signature that does not count, and why."""

    code = "E-SIGN-OFF"


def fresh_salt() -> str:
    """32 random bytes in hexadecimal, so that nobody guesses from a statement's digest what it says."""
    return secrets.token_hex(32)


def _texts(value: Mapping[str, str], names: tuple[str, ...]) -> Mapping[str, str]:
    plain = {key: str(each) if isinstance(each, str) else each for key, each in value.items()}  # a Role is a str, too
    return MappingProxyType(fields(plain, **dict.fromkeys(names, str)))


def _to_milliseconds(value: datetime | None) -> datetime | None:
    return None if value is None else as_stored(value)


@dataclass(frozen=True)
class Statement:
    """Who signs what, for when, and what it means.

    `accounts` lists (account id, content digest) and is kept in the order of the ids. `not_before` and `not_after` are
    the window in which it may be published; `as_soon_as_approved` is a choice of its own and always has an end.
    `findings` are {rule, how it was settled}; `signer` is {id, name as printed, role, key_id, deputy_for}: the last is
    the id of the person in whose place and role it is signed, or empty. `rules` is the digest of the checks that ran.
    Times keep milliseconds. Raises ValueError for anything that does not fit.
    """

    post: str
    revision: str
    number: int
    accounts: tuple[tuple[str, str], ...]
    not_before: datetime | None
    not_after: datetime | None
    as_soon_as_approved: bool
    authorizations: tuple[str, ...]
    findings: tuple[Mapping[str, str], ...]
    rules: str
    stage: str
    signer: Mapping[str, str]
    meaning: str
    signed_at: datetime
    charter_version: int
    charter_digest: str
    salt: str = field(default_factory=fresh_salt)

    def __post_init__(self) -> None:
        for name in ("not_before", "not_after", "signed_at"):
            object.__setattr__(self, name, _to_milliseconds(getattr(self, name)))
        object.__setattr__(self, "accounts", tuple(sorted(self.accounts)))
        object.__setattr__(self, "findings", tuple(_texts(finding, _FINDING) for finding in self.findings))
        object.__setattr__(self, "signer", _texts(self.signer, _SIGNER))
        self._check_what()
        self._check_window()

    def _check_what(self) -> None:
        signer = [value for name, value in self.signer.items() if name != "deputy_for"]
        if not all((self.post, self.revision, self.stage, self.meaning, *signer)):
            raise ValueError("a statement leaves nothing open")
        if self.number < 1 or self.charter_version < 0:
            raise ValueError("a number out of range")
        if not self.accounts or len({account for account, _ in self.accounts}) != len(self.accounts):
            raise ValueError("a statement lists accounts, each once")
        if not all(
            _DIGEST.fullmatch(each) for _, each in (*self.accounts, ("", self.rules), ("", self.charter_digest))
        ):
            raise ValueError("a digest is not written as it must be")
        if not _SALT.fullmatch(self.salt):
            raise ValueError("a salt has 32 bytes")

    def _check_window(self) -> None:
        if self.as_soon_as_approved and self.not_after is None:
            raise ValueError("as soon as approved needs an end")
        if self.not_before is not None and self.not_after is not None and self.not_after < self.not_before:
            raise ValueError("the window ends before it begins")

    def to_payload(self) -> bytes:
        """The RFC 8785 bytes that are signed."""
        data = {
            "v": 1, "post": self.post, "revision": self.revision, "number": self.number,
            "accounts": [{"id": account, "digest": digest} for account, digest in self.accounts],
            "not_before": stamp(self.not_before) if self.not_before else None,
            "not_after": stamp(self.not_after) if self.not_after else None,
            "as_soon_as_approved": self.as_soon_as_approved, "authorizations": list(self.authorizations),
            "findings": [dict(finding) for finding in self.findings], "rules": self.rules, "stage": self.stage,
            "signer": dict(self.signer), "meaning": self.meaning, "signed_at": stamp(self.signed_at),
            "charter_version": self.charter_version, "charter_digest": self.charter_digest, "salt": self.salt,
        }  # fmt: skip
        return canonical(data)

    @classmethod
    def from_payload(cls, payload: bytes) -> "Statement":
        """The statement in these bytes. Raises ValueError for bytes that `to_payload` gives for no statement."""
        return _decoded(payload)


@lru_cache(maxsize=256)
def _decoded(payload: bytes) -> Statement:
    found = fields(
        read(payload),
        v=int, post=str, revision=str, number=int, accounts=list, not_before=_MAYBE, not_after=_MAYBE,
        as_soon_as_approved=bool, authorizations=list, findings=list, rules=str, stage=str, signer=dict,
        meaning=str, signed_at=str, charter_version=int, charter_digest=str, salt=str,
    )  # fmt: skip
    if found.pop("v") != 1:
        raise ValueError("a statement of another form")
    statement = Statement(**found | _parts(found))
    if statement.to_payload() != payload:
        raise ValueError("not in canonical form")
    return statement


def _parts(found: Mapping[str, Any]) -> dict[str, Any]:
    accounts = [fields(account, id=str, digest=str) for account in found["accounts"]]
    return {
        "accounts": tuple((account["id"], account["digest"]) for account in accounts),
        "authorizations": tuple(items(found["authorizations"], str, "authorizations")),
        "findings": tuple(items(found["findings"], dict, "findings")),
        "not_before": moment(found["not_before"]) if found["not_before"] is not None else None,
        "not_after": moment(found["not_after"]) if found["not_after"] is not None else None,
        "signed_at": moment(found["signed_at"]),
    }


def sign_statement(statement: Statement, key: SigningKey) -> Envelope:
    """The signed statement. Raises ValueError when the statement names another key."""
    if statement.signer["key_id"] != key.key_id:
        raise ValueError("the statement names another key")
    return sign(PAYLOAD_TYPE, statement.to_payload(), key)


def verify_signoff(envelope: Envelope, charter: VerifiedCharter) -> Statement:
    """The statement, if its signature counts. Raises SignoffError saying why it does not.

    It counts when, under the charter version that it names, the key was that of the named active person, the name is
    printed as it stood there, the person held the role (or stood in for somebody who did), and a stage gave that
    meaning to that person; and when the version in force still gives this person this key, and the role to its holder.
    """
    if envelope.payload_type != PAYLOAD_TYPE:
        raise _refused("It is a document of another kind.")
    try:
        statement = Statement.from_payload(envelope.payload)
    except ValueError as error:
        raise _refused(f"It cannot be read: {error}.") from error
    then = charter.at(statement.charter_version, statement.charter_digest)
    if then is None:
        raise _refused("It was given under a charter that this workspace does not have.")
    member = _entitled(then, statement, "did not hold")
    _entitled(charter.charter, statement, "no longer holds")
    if statement.signer["deputy_for"] and not _stood_in(then, statement):
        raise _refused(f"{member.name} was nobody's deputy under charter version {then.version}.")
    if member.name != statement.signer["name"]:
        raise _refused("The printed name is not the one in the charter.")
    if not _means(then, statement):
        raise _refused("No stage of the charter gives it this meaning.")
    if not verify(envelope, {member.key_id: member.public_key}):
        raise _refused(f"It was not given with the key of {member.name}.")
    return statement


def _refused(what: str) -> SignoffError:
    return SignoffError("This signature does not count", what, "Ask for a new signature.")


def _entitled(charter: Charter, statement: Statement, held: str) -> Member:
    """The signer, who has the key; the role may be that of the person in whose place they sign."""
    signer = statement.signer
    member = charter.member(signer["id"])
    if member is None or not member.active or member.key_id != signer["key_id"]:
        raise _refused(f"{signer['name']} {held} this key under charter version {charter.version}.")
    holder = charter.member(signer["deputy_for"] or member.id)
    if holder is None or not holder.active or signer["role"] not in holder.roles:
        name = holder.name if holder else "Nobody"
        raise _refused(f"{name} {held} the role {signer['role']} under charter version {charter.version}.")
    return member


def _stood_in(charter: Charter, statement: Statement) -> bool:
    principals = charter.principals(statement.signer["id"], statement.signed_at)
    return statement.signer["deputy_for"] in {each.id for each in principals}


SEEN = "seen by the signer"
"""How a finding is settled that asks for nothing."""

COVERED, NOT_A_PATIENT = "covered by ", "not a patient identifier, because "
"""How a privacy officer settles a finding that could be about a patient; what follows is theirs."""


def is_settling(how: str) -> bool:
    """Whether these words say which authorization covers a finding, or why it is no patient identifier."""
    return any(how.startswith(start) and bool(how.removeprefix(start).strip()) for start in (COVERED, NOT_A_PATIENT))


def takes(stage: Stage, signer: Mapping[str, str]) -> bool:
    """Whether the stage is for this signer, by role or by name; a deputy stands where the other person would."""
    return signer["role"] in stage.roles or (signer["deputy_for"] or signer["id"]) in stage.people


def _means(charter: Charter, statement: Statement) -> bool:
    stages = (stage for route in charter.routes for stage in route.stages if stage.name == statement.stage)
    return any(statement.meaning == stage.meaning and takes(stage, statement.signer) for stage in stages)
