"""The people of this desk: who is on the list, signing in and out, enrolling, and new keys."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.changes import Changes
from editorial.charter.chain import VerifiedCharter, verify_chain
from editorial.charter.document import PAYLOAD_TYPE, Charter, Member, Role
from editorial.desk import Desk, envelopes_in
from editorial.errors import BadInputError, ChangedMeanwhileError, NotAllowedError, NotFoundError
from editorial.ids import new_id
from editorial.keys.dsse import Envelope
from editorial.keys.passphrase import strength
from editorial.keys.sealing import seal_seed
from editorial.keys.signing import SigningKey
from editorial.people.keys import SECRET_NAME, Keys
from editorial.people.names import checked_name, same_name
from editorial.people.permissions import May, must
from editorial.people.session import SignedIn, main_role, roles_of
from editorial.plain import plain
from editorial.store.models import CharterVersion, Person
from editorial.store.unit import Unit
from editorial.vault import VaultError, VaultState


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody on the sign-in list."""

    id: str
    name: str
    sign_in: str
    roles: frozenset[Role]
    active: bool


@dataclass(frozen=True, slots=True)
class Signer:
    """An officer who signs a charter version, with the passphrase that opens the key."""

    person_id: str
    passphrase: str

    def __repr__(self) -> str:
        return f"Signer({self.person_id})"


class People:
    """Commands about people. Passphrases are hashed outside transactions."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.keys = Keys(desk)

    def cards(self) -> tuple[Card, ...]:
        """Everybody who has an entry here, with the roles of the verified charter."""
        with self._desk.reading() as session:
            charter = self._desk.charter(session)
            people = session.exec(select(Person).order_by(col(Person.name))).all()
        found = []
        for person in people:
            member = charter.member(person.id)
            roles = member.roles if member else frozenset()
            found.append(Card(person.id, person.name, person.sign_in, roles, bool(member and member.active)))
        return tuple(found)

    def sign_in(self, person_id: str, passphrase: str) -> SignedIn:
        """Checks the passphrase and starts a session. Raises the errors of `Keys.unsealed`, and NotAllowedError."""
        self._session(person_id)  # who cannot sign in at all is told before the keyring is asked
        self._desk.need_pin()
        signed_in = self._session(person_id)
        with self.keys.unsealed(signed_in.actor, passphrase), self._desk.writing(signed_in.actor) as unit:
            unit.record(Action.SIGNED_IN, "person", person_id)
        self._remember_charter()
        return signed_in

    def sign_in_unchecked(self, person_id: str) -> SignedIn:
        """A session for drafting only, on a computer whose keyring cannot check passphrases.

        Raises NotAllowedError where it can.
        """
        checked = self._session(person_id)
        if self._desk.vault.state() is VaultState.READY and self._desk.vault.get(SECRET_NAME) is not None:
            raise NotAllowedError("Your passphrase can be checked here", "Nobody was signed in.", "Type it.")
        actor = replace(checked.actor, verified=False, key_id="")
        with self._desk.writing(self._desk.operator()) as unit:
            unit.record(Action.SIGNED_IN, "person", person_id, result="unchecked", reason="no_keyring")
        return replace(checked, actor=actor)

    def sign_out(self, actor: Actor, *, locked: bool = False) -> Changes:
        """Ends the session, or notes that its window was locked."""
        with self._desk.writing(actor) as unit:
            unit.record(Action.LOCKED if locked else Action.SIGNED_OUT, "person", actor.id)
        return unit.changes

    def _session(self, person_id: str) -> SignedIn:
        with self._desk.reading() as session:
            member = self._desk.charter(session).member(person_id)
        if member is None:
            raise NotAllowedError(
                "You are not in the charter yet", "Two officers have to sign the version that names you.", "Ask them."
            )
        if not member.active:
            raise NotAllowedError("You are no longer on the staff of this desk", "Nothing was changed.")
        actor = Actor(member.id, member.name, str(main_role(member.roles)), member.key_id, person=True)
        return SignedIn(member.id, member.name, member.roles, actor)

    def enroll(self, actor: Actor, name: str, sign_in: str, passphrase: str) -> Member:
        """Makes a person's key, sealed under the passphrase they just typed. They act once the charter names them.

        Returns the line for the charter, without roles. Raises BadInputError, and NotAllowedError for other than
        officers.
        """
        person_id = new_id("person")
        with self._desk.reading() as session:
            must(roles_of(self._desk, session, actor.must_be_verified()), May.CHARTER)
            name, sign_in = new_person(session, name, sign_in)
        check_passphrase(passphrase, (name, sign_in))
        sealed, member = self._new_key(person_id, name, sign_in, passphrase)
        with self._desk.writing(actor) as unit:
            new_person(unit.session, name, sign_in)  # somebody else may have taken the name meanwhile
            unit.session.add(
                Person(id=person_id, sign_in=member.sign_in, name=member.name, sealed=sealed, created_at=unit.now)
            )
            unit.record(
                Action.PERSON_ADDED, "person", person_id, body={"name": member.name, "public_key": member.public_key}
            )
        return member

    def rekey(self, actor: Actor, person_id: str, passphrase: str) -> Member:
        """A forgotten passphrase: a new key under a new passphrase. It counts once two officers sign it in.

        Keys are never recovered: what the old key signed and still waits has to be signed again.
        """
        with self._desk.reading() as session:
            must(roles_of(self._desk, session, actor.must_be_verified()), May.CHARTER)
            person = session.get(Person, person_id)
        if person is None:
            raise NotFoundError("Nobody here goes by that name")
        check_passphrase(passphrase, (person.name, person.sign_in))
        sealed, member = self._new_key(person_id, person.name, person.sign_in, passphrase)
        with self._desk.writing(actor) as unit:
            row = unit.session.get_one(Person, person_id)
            row.sealed, row.wrong_tries, row.wrong_at = sealed, 0, None
            unit.session.add(row)
            unit.record(Action.PERSON_REKEYED, "person", person_id, body={"public_key": member.public_key})
        return member

    def _new_key(self, person_id: str, name: str, sign_in: str, passphrase: str) -> tuple[dict[str, object], Member]:
        component = self.keys.workspace_secret().derive("sealing")
        with SigningKey.generate() as key:
            sealed = seal_seed(key.reveal_seed(), plain(passphrase), component, self._desk.kdf, person_id)
            member = Member(person_id, name, sign_in, key.public, key.key_id, frozenset())
        return sealed.to_json(), member

    def amend(
        self,
        actor: Actor,
        change: Callable[[Charter], Charter],
        signers: Iterable[Signer],
        also: Callable[[Unit, VerifiedCharter], object] | None = None,
    ) -> Changes:
        """Makes the next charter version with `change`, signed by `signers`, and believes it only if the chain holds.

        `also` does what belongs to it, in the same transaction, and is handed the new version.

        Raises CharterError when the signatures are not enough, BadInputError for a charter that cannot be,
        ChangedMeanwhileError when somebody else signed another one, and the errors of `Keys.unsealed`; then nothing
        changed.
        """
        actor.must_be_verified()
        self._desk.need_pin()
        with self._desk.reading() as session:
            current = self._desk.charter(session).charter
        following = self._following(current, change)
        envelope = Envelope(PAYLOAD_TYPE, following.to_payload())
        for signer in signers:
            person = Actor(signer.person_id, "", "")
            with self.keys.unsealed(person, signer.passphrase) as key:
                envelope = envelope.signed_by(key)
        with self._desk.writing(actor) as unit:
            if self._desk.charter(unit.session).digest() != current.digest():
                raise ChangedMeanwhileError(
                    f"Version {following.version} of the charter exists already",
                    "Somebody else signed it meanwhile. Nothing was changed.",
                    "Look at it, then make your change again.",
                )
            verified = keep_charter(self._desk, unit, following, envelope)
            _follow_names(unit, following)
            if also is not None:
                also(unit, verified)
        self._remember_charter()
        return unit.changes

    def _following(self, current: Charter, change: Callable[[Charter], Charter]) -> Charter:
        try:
            return replace(
                change(current),
                version=current.version + 1,
                previous=current.digest(),
                made_at=self._desk.clock.now(),
            )
        except ValueError as error:
            raise BadInputError("The charter cannot say that", f"It would not be whole: {error}.") from error

    def _remember_charter(self) -> None:
        """Moves the pin on. What was asked for is done by now: where the keyring fails, the next sign-in does it."""
        with suppress(VaultError):
            self._desk.store_pin()


def keep_charter(desk: Desk, unit: Unit, charter: Charter, envelope: Envelope) -> VerifiedCharter:
    """Writes a charter version and its entry, after checking it with the versions before. Raises CharterError."""
    statement = select(CharterVersion.envelope).order_by(col(CharterVersion.version))
    verified = verify_chain([*envelopes_in(unit.session.exec(statement).all()), envelope], desk.pin)
    unit.session.add(
        CharterVersion(
            version=charter.version, digest=charter.digest(), envelope=envelope.to_json(), made_at=charter.made_at
        )
    )
    unit.session.flush()
    unit.record(
        Action.CHARTER_MENDED if verified.mended else Action.CHARTER_SIGNED,
        "charter",
        charter.workspace,
        revision=charter.version,
        body={"digest": charter.digest(), "envelope": envelope.to_json()},
    )
    return verified


def _follow_names(unit: Unit, charter: Charter) -> None:
    """The sign-in list shows names from plain rows: they follow what was signed."""
    for member in charter.members:
        row = unit.session.get(Person, member.id)
        if row is not None and (row.name, row.sign_in) != (member.name, member.sign_in):
            row.name, row.sign_in = member.name, member.sign_in
            unit.session.add(row)


def with_member(member: Member, roles: Iterable[Role]) -> Callable[[Charter], Charter]:
    """The change that adds a person with these roles, or gives an existing one a new key or other roles."""
    line = replace(member, roles=frozenset(roles))

    def change(charter: Charter) -> Charter:
        others = tuple(each for each in charter.members if each.id != line.id)
        return replace(charter, members=(*others, line))

    return change


def check_passphrase(passphrase: str, inputs: Iterable[str]) -> None:
    """Raises BadInputError for a passphrase that is too easy to guess. Takes up to some tenths of a second."""
    found = strength(plain(passphrase), tuple(inputs))
    if not found.ok:
        raise BadInputError("That passphrase is too easy to guess", found.words, "Use four words.", field="passphrase")


def new_person(session: Session, name: str, sign_in: str) -> tuple[str, str]:
    """Both names as they are kept. Raises BadInputError, naming the field, for what cannot be a person here."""
    name = checked_name(name, BadInputError("The name is empty", "It is printed with every signature.", field="name"))
    sign_in = checked_name(sign_in, BadInputError("The sign-in name is empty", field="sign_in"))
    if any(same_name(sign_in, taken) for taken in session.exec(select(Person.sign_in))):
        raise BadInputError(f"“{sign_in}” is taken", "Choose another sign-in name.", field="sign_in")
    return name, sign_in
