"""The first minutes of a workspace: its secret, its log, its first administrator and charter version 0."""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlmodel import Session, select

from editorial.actors import Actor, computer_name
from editorial.audit.actions import Action
from editorial.audit.checkpoint import checkpoint_signer
from editorial.changes import Changes
from editorial.charter.defaults import default_routes
from editorial.charter.document import PAYLOAD_TYPE, Charter, DeskKey, Member, Role
from editorial.checks import default_rules
from editorial.clock import Clock, SystemClock
from editorial.desk import KEYRING_LOCK, Desk, open_database
from editorial.errors import BadInputError
from editorial.ids import new_id
from editorial.keys.dsse import sign
from editorial.keys.sealing import KdfParameters, SealedSeed, seal_seed
from editorial.keys.signing import SigningKey
from editorial.keys.workspace_secret import WorkspaceSecret
from editorial.media import MediaFolder
from editorial.people.desk_people import check_passphrase, keep_charter
from editorial.people.keys import SECRET_NAME, Keys
from editorial.people.names import checked_name
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.people.texts import keep_text
from editorial.plain import plain
from editorial.policy import template
from editorial.store.models import Person, Workspace
from editorial.vault import Vault, VaultError
from editorial.when import zone_of


@dataclass(frozen=True, slots=True)
class NewWorkspace:
    """What the first run asks for. `kind` is real, demo or tour."""

    organization: str
    zone: str
    name: str
    sign_in: str
    passphrase: str
    week_start: int = 0
    roles: frozenset[Role] = frozenset({Role.ADMINISTRATOR, Role.COMMUNICATIONS_LEAD})
    kind: str = "real"

    def __repr__(self) -> str:
        return f"NewWorkspace({self.organization!r})"

    def checked(self) -> "NewWorkspace":
        """With the names as they are kept. Raises BadInputError, naming the field, before anything is made."""
        shown = BadInputError("The name is empty", "It is shown to reviewers and on every export.", field="name")
        printed = BadInputError("Your name is empty", "It is printed with every signature.", field="person")
        organization, name = checked_name(self.organization, shown), checked_name(self.name, printed)
        zone_of(self.zone)
        sign_in = checked_name(self.sign_in, BadInputError("The sign-in name is empty", field="sign_in"))
        check_passphrase(self.passphrase, (organization, name, sign_in))
        return replace(self, organization=organization, name=name, sign_in=sign_in)


def create_workspace(
    folder: Path,
    new: NewWorkspace,
    *,
    vault: Vault | None = None,
    clock: Clock | None = None,
    kdf: KdfParameters | None = None,
) -> tuple[Desk, WorkspaceSecret]:
    """Sets up a workspace in `folder` and returns it with its secret, whose words go on the recovery sheet.

    Raises BadInputError, VaultError (no keyring: nothing is made) and StorageError.
    """
    new = new.checked()
    kdf = kdf or KdfParameters()
    if new.kind == "real":
        kdf.check_production()
    clock = clock or SystemClock()
    secret = WorkspaceSecret.generate()
    workspace = _workspace(new, secret, clock)
    vault = vault or Vault(workspace.id, lock=folder / KEYRING_LOCK)
    engine = open_database(folder)
    desk = Desk(folder, engine, clock, workspace, vault, MediaFolder(folder / "media"), default_rules(), kdf)
    try:
        _refuse_second(desk)
        _begin_with(desk, new, secret)
    except BaseException:
        desk.close()
        raise
    with suppress(VaultError):  # the workspace is there; the next sign-in stores the pin
        desk.store_pin()
    return desk, secret


def _workspace(new: NewWorkspace, secret: WorkspaceSecret, clock: Clock) -> Workspace:
    workspace_id = new_id("ws")
    return Workspace(
        id=workspace_id,
        origin=f"signpost.local/{workspace_id}",
        organization=new.organization,
        zone=new.zone,
        week_start=new.week_start,
        kind=new.kind,
        desk=new_id("desk"),
        secret_check=secret.check(),
        created_at=clock.now(),
    )


def _refuse_second(desk: Desk) -> None:
    with desk.reading() as session:
        if session.exec(select(Workspace)).first() is not None:
            raise BadInputError("There is a workspace here already", "Nothing was changed.", "Sign in to it.")


def _begin_with(desk: Desk, new: NewWorkspace, secret: WorkspaceSecret) -> None:
    """The secret first: a workspace whose keys nobody can open must not come about. Both can be made again."""
    keys = Keys(desk)
    try:
        keys.keep_secret(secret)
        _begin(desk, new, secret)
    except BaseException:
        with suppress(VaultError):
            desk.vault.delete(SECRET_NAME)
        raise


def _begin(desk: Desk, new: NewWorkspace, secret: WorkspaceSecret) -> None:
    person_id = new_id("person")
    with SigningKey.generate() as key:
        component = secret.derive("sealing")
        sealed = seal_seed(key.reveal_seed(), plain(new.passphrase), component, desk.kdf, person_id)
        member = Member(person_id, new.name, new.sign_in, key.public, key.key_id, new.roles)
        charter = _first_charter(desk, member, secret)
        envelope = sign(PAYLOAD_TYPE, charter.to_payload(), key)
    with desk.writing(desk.operator()) as unit:
        if unit.session.exec(select(Workspace)).first() is not None:
            raise BadInputError("There is a workspace here already", "Nothing was changed.", "Sign in to it.")
        unit.session.add(desk.workspace.model_copy())
        unit.session.flush()
        unit.log.origin = desk.workspace.origin
        unit.record(Action.LOG_STARTED, "log", desk.workspace.id, body={"computer": computer_name()})
        unit.record(
            Action.WORKSPACE_CREATED, "workspace", desk.workspace.id, body={"organization": desk.workspace.organization}
        )
        _add_person(unit.session, member, sealed, desk)
        unit.record(
            Action.PERSON_ADDED, "person", person_id, body={"name": member.name, "public_key": member.public_key}
        )
        keep_text(unit, template().text, person_id)
        keep_charter(desk, unit, charter, envelope)


def _add_person(session: Session, member: Member, sealed: SealedSeed, desk: Desk) -> None:
    session.add(
        Person(
            id=member.id,
            sign_in=member.sign_in,
            name=member.name,
            sealed=sealed.to_json(),
            created_at=desk.clock.now(),
        )
    )
    session.flush()


def _first_charter(desk: Desk, member: Member, secret: WorkspaceSecret) -> Charter:
    signer = checkpoint_signer(secret, desk.workspace.origin, desk.desk_id)
    return Charter(
        workspace=desk.workspace.id,
        organization=desk.workspace.organization,
        version=0,
        previous=None,
        members=(member,),
        routes=default_routes(),
        desks=(DeskKey(desk.desk_id, str(signer.key)),),
        minimum_rules=None,
        made_at=desk.clock.now(),
        policy=template().digest,
    )


def note_sheet_shown(desk: Desk, actor: Actor) -> None:
    """Notes that the recovery sheet stood on a screen: whoever saw it could have copied it."""
    with desk.writing(actor) as unit:
        unit.record(Action.RECOVERY_SHOWN, "workspace", desk.workspace.id)


def recover(desk: Desk, words: str) -> None:
    """A new computer: puts the secret of the recovery sheet into this computer's keyring.

    Raises DeskError for words that do not fit together, and BadInputError for the sheet of another workspace: a sealed
    key would never open with it. Raises CharterError where this computer knows a newer charter than the workspace has.
    """
    secret = WorkspaceSecret.from_words(words)
    if secret.check() != desk.workspace.secret_check:
        raise BadInputError("This is the sheet of another workspace", "Nothing was changed.", "Look for the right one.")
    desk.need_pin()
    with desk.reading() as session:
        desk.charter(session)
    Keys(desk).keep_secret(secret)
    with desk.writing(desk.operator()) as unit:
        unit.record(Action.SHEET_USED, "workspace", desk.workspace.id)
    with suppress(VaultError):  # the next sign-in stores it
        desk.store_pin()


def show_sheet(desk: Desk, actor: Actor, passphrase: str) -> tuple[WorkspaceSecret, Changes]:
    """The workspace secret for printing the sheet once more, with an entry that it was shown.

    Raises NotAllowedError for other than administrators and privacy officers, and the errors of `Keys.unsealed`.
    """
    with desk.reading() as session:
        must(roles_of(desk, session, actor.must_be_verified()), May.CHARTER)
    keys = Keys(desk)
    with keys.unsealed(actor, passphrase), desk.writing(actor) as unit:
        unit.record(Action.RECOVERY_SHOWN, "workspace", desk.workspace.id)
    return keys.workspace_secret(), unit.changes
