"""Whether a charter may be believed: every version signed by people whom the version before it entitled to.

Version 0 is signed by the first administrator alone. Version 1 needs that one and an officer whom it adds; every later
one needs two officers of the version before, and from version 1 on there are always two. So after the first day nobody
changes staff, keys, roles, routes or desks alone, administrators included. Where only one officer can still sign, that
one and two other people of the staff may replace officers' keys and name officers, and nothing else: see `mends`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from editorial.canonical import digest
from editorial.charter.document import OFFICER_ROLES, PAYLOAD_TYPE, Charter, Member, Role, Route
from editorial.errors import DeskError
from editorial.keys.dsse import Envelope, verify

_ADVICE = "Nothing can be signed or published until it is settled. Do not delete anything; tell the compliance officer."
SIGNERS = 2
MENDERS = 3
"""People who sign a version that only replaces officers' keys or names officers, where two officers cannot."""
_CREATED_HERE = object()


class CharterError(DeskError):
    """The charter cannot be believed, or is not the one this desk knows."""

    code = "E-CHARTER"


@dataclass(frozen=True, slots=True)
class Pin:
    """The highest version that a desk has seen, and its digest, kept where the workspace's data cannot change it."""

    version: int
    digest: str


class VerifiedCharter:
    """A charter that may be believed, with every version before it. Only `verify_chain` makes one.

    It answers like the `Charter` in force, the newest; `at` gives the earlier ones.
    """

    __slots__ = ("_digests", "_versions", "charter", "mended")

    def __init__(self, versions: Sequence[Charter], digests: Sequence[str], mended: bool, token: object) -> None:
        if token is not _CREATED_HERE:
            raise TypeError("only verify_chain makes a verified charter")
        self._versions, self._digests = tuple(versions), tuple(digests)
        self.charter = self._versions[-1]
        self.mended = mended
        """Whether the version in force was signed by one officer and two others, because a second officer could not."""

    @property
    def version(self) -> int:
        """The number of the version in force."""
        return self.charter.version

    @property
    def members(self) -> tuple[Member, ...]:
        """Everybody whom the version in force names."""
        return self.charter.members

    @property
    def minimum_rules(self) -> str | None:
        """The digest of the weakest set of checks that a sign-off may rest on."""
        return self.charter.minimum_rules

    def digest(self) -> str:
        """The digest of the version in force."""
        return self._digests[-1]

    def root(self) -> str:
        """The digest of version 0, from which every later one follows."""
        return self._digests[0]

    def pin(self) -> Pin:
        """What a desk remembers of this charter."""
        return Pin(self.version, self.digest())

    def at(self, version: int, version_digest: str) -> Charter | None:
        """The version of that number and digest, if this charter has or had it."""
        known = 0 <= version < len(self._versions) and self._digests[version] == version_digest
        return self._versions[version] if known else None

    def member(self, member_id: str) -> Member | None:
        """The person with that id, active or not."""
        return self.charter.member(member_id)

    def holders(self, role: Role) -> tuple[Member, ...]:
        """The active people who hold the role."""
        return self.charter.holders(role)

    def officers(self) -> tuple[Member, ...]:
        """Those who may sign the next version."""
        return self.charter.officers()

    def two_signers(self) -> bool:
        """Whether two people can sign the next version."""
        return self.charter.two_signers()

    def route(self, name: str) -> Route:
        """The route of that name. Raises NotFoundError."""
        return self.charter.route(name)

    def known_route(self, name: str) -> Route:
        """The route as the newest version has it that has one of that name: for reading posts that are finished.

        Raises NotFoundError.
        """
        for charter in reversed(self._versions):
            if any(route.name == name for route in charter.routes):
                return charter.route(name)
        return self.charter.route(name)

    def __repr__(self) -> str:
        return f"VerifiedCharter({self.charter.workspace}, version {self.version})"


def verify_chain(envelopes: Sequence[Envelope], pin: Pin | None) -> VerifiedCharter:
    """The charter, after checking every version from 0 on and the desk's `pin`. Raises CharterError.

    `pin` is None on a desk that has never seen this charter: what it is shown first, it then remembers.
    """
    versions: list[Charter] = []
    digests: list[str] = []
    owners: dict[str, str] = {}
    mended = False
    for envelope in envelopes:
        charter = _read(envelope, len(versions))
        _follows(charter, versions, digests)
        _keeps_keys(charter, owners)
        mended = _is_signed(charter, envelope, versions)
        versions.append(charter)
        digests.append(digest(envelope.payload))
    if not versions:
        raise _refused("The workspace holds no charter.")
    _meets_pin(digests, pin)
    return VerifiedCharter(versions, digests, mended, _CREATED_HERE)


def _refused(what: str) -> CharterError:
    return CharterError("The charter cannot be believed", what, _ADVICE)


def _read(envelope: Envelope, place: int) -> Charter:
    if envelope.payload_type != PAYLOAD_TYPE:
        raise _refused(f"Where version {place} belongs, there is a document of another kind.")
    try:
        charter = Charter.from_payload(envelope.payload)
    except ValueError as error:
        raise _refused(f"Version {place} cannot be read: {error}.") from error
    if charter.version != place:
        raise _refused(f"Where version {place} belongs, there is version {charter.version}.")
    return charter


def _follows(charter: Charter, earlier: Sequence[Charter], digests: Sequence[str]) -> None:
    if not earlier:
        return
    if charter.previous != digests[-1]:
        raise _refused(f"Version {charter.version} was not made from version {earlier[-1].version}.")
    if charter.workspace != earlier[-1].workspace:
        raise _refused(f"Version {charter.version} belongs to another workspace.")
    if not charter.two_signers():
        raise _refused(f"Version {charter.version} leaves fewer than two people who can sign the next one.")


def _keeps_keys(charter: Charter, owners: dict[str, str]) -> None:
    """A key belongs to one person for good: else one key could count for two people, or an old signature move on."""
    for member in charter.members:
        if owners.setdefault(member.key_id, member.id) != member.id:
            raise _refused(f"Version {charter.version} gives {member.name} a key that was somebody else's.")


def _signers(envelope: Envelope, members: Sequence[Member]) -> tuple[Member, ...]:
    valid = verify(envelope, {member.key_id: member.public_key for member in members})
    return tuple(member for member in members if member.key_id in valid)


def _is_signed(charter: Charter, envelope: Envelope, earlier: Sequence[Charter]) -> bool:
    """Raises CharterError unless enough people signed; says whether two officers had to be made up for.

    A version lists no id and no key twice, and keys never change hands: different members are different people.
    """
    if not earlier:
        first = charter.officers()
        if len(first) != 1 or Role.ADMINISTRATOR not in first[0].roles:
            raise _refused("Version 0 must name one administrator, and no other person who signs charters.")
        if not _signers(envelope, first):
            raise _refused(f"Version 0 is not signed by {first[0].name}.")
        return False
    entitled = earlier[-1].officers()
    signed, needed = len(_signers(envelope, entitled)), min(SIGNERS, len(entitled))
    if signed < needed:
        if _is_mended(charter, envelope, earlier[-1]):
            return True
        raise _refused(_unsigned(charter.version, signed, needed))
    if len(entitled) < SIGNERS:
        before = {member.id for member in entitled}
        added = [member for member in charter.officers() if member.id not in before]
        if not _signers(envelope, added):
            raise _refused(f"Version {charter.version} is not signed by a second person whom it adds as an officer.")
    return False


def mends(before: Charter, after: Charter) -> bool:
    """Whether `after` does nothing but give officers of `before` new keys, and name further officers.

    Nobody is taken off, loses a role, changes a name or becomes anything else; no route, rule or computer changes.
    """
    known = {member.id: member for member in before.members}
    if not known.keys() <= {member.id for member in after.members}:
        return False
    if not all(_is_mending(known.get(member.id), member) for member in after.members):
        return False
    same = replace(
        after, version=before.version, previous=before.previous, members=before.members, made_at=before.made_at
    )
    return same == before and {*before.members} != {*after.members}


def _is_mending(known: Member | None, member: Member) -> bool:
    if known is None:
        return member.is_officer and member.roles <= OFFICER_ROLES
    if known.is_officer:
        return replace(known, public_key=member.public_key, key_id=member.key_id) == member
    gained = member.roles - known.roles
    return known == member or (gained <= OFFICER_ROLES and replace(known, roles=known.roles | gained) == member)


def _is_mended(charter: Charter, envelope: Envelope, before: Charter) -> bool:
    """Signed by one officer of the version before and by two other people of it, for what `mends` allows."""
    active = tuple(member for member in before.members if member.active)
    signers = _signers(envelope, active)
    officers = any(member.is_officer for member in signers)
    return before.two_signers() and officers and len(signers) >= MENDERS and mends(before, charter)


def _unsigned(version: int, signed: int, needed: int) -> str:
    return (
        f"Version {version} carries {signed} of the {needed} signatures it needs from administrators and privacy "
        f"officers of version {version - 1}."
    )


def _meets_pin(digests: Sequence[str], pin: Pin | None) -> None:
    if pin is None:
        return
    newest = len(digests) - 1
    if newest < pin.version:
        what = f"This desk has seen version {pin.version}; the workspace now ends at version {newest}."
        raise CharterError("The charter was rolled back", what, _ADVICE)
    if pin.version < 0 or digests[pin.version] != pin.digest:
        what = f"Version {pin.version} is not the one that this desk has seen."
        raise CharterError("The charter was replaced", what, _ADVICE)
