"""Exporting an evidence bundle: the command, with its permission, its signature and its entry in the log."""

import errno
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlmodel import Session

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing, TamperedError, unwritable
from editorial.audit.bundle import BundleWriter, Counts, Extract, Tell
from editorial.audit.checkpoint import Checkpoint, checkpoint_signer
from editorial.audit.checkpoints import Checkpoints
from editorial.audit.manifest import MANIFEST, SEAL, SIGNATURE, Folder, seal, signed_manifest
from editorial.audit.report import Cover, Report
from editorial.audit.verify import Verdict
from editorial.canonical import canonical, digest
from editorial.changes import Changes
from editorial.clock import stamp
from editorial.desk import Desk
from editorial.errors import BadInputError, DeskError
from editorial.keys.dsse import Envelope
from editorial.keys.signing import to_base64
from editorial.people.keys import Keys
from editorial.people.permissions import May, must
from editorial.people.session import main_role, roles_of

BUNDLE = "bundle"
"""The form's name: what an entry and the command line call it."""

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Exported:
    """What was exported: the log as it was verified, the checkpoint up to which the bundle reaches, and what is in it.

    `manifest` is the digest of its manifest.
    """

    verdict: Verdict
    newest: Checkpoint
    counts: Counts
    manifest: str
    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True, slots=True)
class _Job:
    """One export. `newest` is the checkpoint up to which it reaches, `notes` are those until then."""

    actor: Actor
    extract: Extract
    passphrase: str
    newest: Checkpoint
    notes: tuple[bytes, ...]
    folder: Folder


def _silent(done: int, total: int) -> None:
    """For callers who do not watch."""


class Bundling:
    """Makes bundles."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._auditing = Auditing(desk)
        self._keys = Keys(desk)

    def export(
        self, actor: Actor, path: Path, extract: Extract, *, passphrase: str = "", tell: Tell = _silent
    ) -> Exported:
        """Writes a bundle to `path`: a zip file where its name ends so, else a folder that must not be there yet.

        It appears complete or not at all, and is noted in the log. A person signs it with the passphrase; the operator
        at the desk does not, then the desk alone vouches for it. Raises NotAllowedError, BadInputError for a missing
        passphrase, TamperedError naming the entry, the errors of `Keys.unsealed` and `Keys.workspace_secret`, whatever
        `tell` raises, and DeskError when the files cannot be written; then nothing is exported. Not for the UI thread.
        """
        self._check(actor, extract, passphrase)
        self._keys.workspace_secret()  # without it nothing can be sealed: told before anything is written
        self._auditing.sign()
        try:
            with _part_of(path) as part:
                folder = part / (path.stem if _is_zip(path) else path.name)
                folder.mkdir(mode=0o700)
                exported = self._write(actor, extract, passphrase, folder, tell)
                whole = _packed(folder, part / path.name, tell) if _is_zip(path) else folder
                changes = self._note(actor, extract, path.name, exported)
                whole.replace(path)
        except OSError as error:
            raise unwritable(path, error) from error
        self._auditing.sign()
        return replace(exported, changes=changes)

    def _check(self, actor: Actor, extract: Extract, passphrase: str) -> None:
        self._auditing.may_export(actor)
        if not actor.person:
            return
        if extract.patients:
            with self._desk.reading() as session:
                must(roles_of(self._desk, session, actor), May.OPEN_SCAN)
        if not passphrase:
            raise BadInputError("Your passphrase is missing", "Nothing was exported.", "Type it.", field="passphrase")
        with self._keys.unsealed(actor, passphrase):
            pass  # a wrong one is told now, not after the work

    def _write(self, actor: Actor, extract: Extract, passphrase: str, folder: Path, tell: Tell) -> Exported:
        with self._desk.reading() as session:
            verdict = self._auditing.verdict_in(session, tell)
            if verdict.problem is not None:
                raise TamperedError(verdict.problem.title, verdict.problem.what, "The export was stopped.")
            notes = tuple(kept.note for kept in Checkpoints(self._desk).all(session))
            if not notes:
                raise _unsigned()
            job = _Job(actor, extract, passphrase, Checkpoint.parse(notes[-1]), notes, Folder(folder))
            counts = self._write_files(session, job, tell)
            return Exported(verdict, job.newest, counts, digest(self._vouch(session, job)))

    def _write_files(self, session: Session, job: _Job, tell: Tell) -> Counts:
        writer = BundleWriter(session, job.folder, job.newest, job.extract)
        writer.write(job.notes, self._desk.media, tell)
        now, workspace = self._desk.clock.now(), self._desk.workspace
        cover = Cover(
            workspace.organization, job.newest.origin, job.newest.size, job.newest.root.hex(), now,
            job.actor.name, workspace.zone,
        )  # fmt: skip
        with job.folder.writing("report.html") as write:
            Report(session, writer, cover, patients=job.extract.patients).write(write, tell)
        counts = writer.counts
        about = {
            "v": _VERSION, "app": self._desk.app, "organization": workspace.organization, "made_at": stamp(now),
            "log": job.newest.origin, "size": str(job.newest.size), "root": to_base64(job.newest.root),
            "scope": job.extract.to_json(), "exporter": self._exporter(session, job.actor),
            "counts": {
                "entries": str(counts.entries), "left_out": str(counts.left_out), "withheld": str(counts.withheld),
                "erased": str(counts.erased), "pictures": str(counts.pictures), "missing_pictures": counts.missing,
            },
        }  # fmt: skip
        job.folder.put("bundle.json", canonical(about))
        return counts

    def _exporter(self, session: Session, actor: Actor) -> dict[str, str]:
        if not actor.person:
            return {"kind": "desk", "id": actor.id, "name": actor.name, "role": actor.role}
        member = self._desk.charter(session).member(actor.id)
        if member is None:
            raise DeskError("The charter does not know you any more", "Nothing was exported.", "Ask an administrator.")
        return {"kind": "person", "id": member.id, "name": member.name, "role": str(main_role(member.roles))}

    def _vouch(self, session: Session, job: _Job) -> bytes:
        """Writes the manifest, the desk's seal and the person's signature; returns the manifest."""
        manifest = job.folder.manifest()
        secret = self._keys.workspace_secret()
        signer = checkpoint_signer(secret, job.newest.origin, self._desk.desk_id)
        job.folder.vouch(MANIFEST, manifest)
        job.folder.vouch(SEAL, seal(job.newest, manifest, signer))
        if job.actor.person:
            job.folder.vouch(SIGNATURE, self._sign(session, job, manifest).to_json().encode())
        return manifest

    def _sign(self, session: Session, job: _Job, manifest: bytes) -> Envelope:
        charter, signer = self._desk.charter(session), self._exporter(session, job.actor)
        with self._keys.unsealed(job.actor, job.passphrase) as key:
            facts = {
                "log": job.newest.origin, "size": str(job.newest.size), "root": to_base64(job.newest.root),
                "signed_at": stamp(self._desk.clock.now()), "charter_version": charter.version,
                "charter_digest": charter.digest(),
                "signer": {name: signer[name] for name in ("id", "name", "role")} | {"key_id": key.key_id},
            }  # fmt: skip
            return signed_manifest(manifest, facts, key)

    def _note(self, actor: Actor, extract: Extract, name: str, exported: Exported) -> Changes:
        """Before the bundle appears: an entry without its bundle is harmless, a bundle without its entry is not."""
        newest = exported.newest
        body = {
            "file": name, "root": newest.root.hex(), "manifest": exported.manifest, "scope": extract.to_json(),
        }  # fmt: skip
        with self._desk.writing(actor) as unit:
            unit.record(
                Action.LOG_EXPORTED, "log", self._desk.workspace.id, revision=newest.size, reason=BUNDLE, body=body
            )
        return unit.changes


def _unsigned() -> DeskError:
    return DeskError(
        "No checkpoint of the log is signed yet",
        "A bundle proves what a checkpoint signed. Nothing was exported.",
        "Unlock this computer's keyring, or export JSON Lines.",
        code="E-EXPORT",
    )


@contextmanager
def _part_of(path: Path) -> Iterator[Path]:
    """A folder beside `path`, for its owner alone, that is gone afterwards."""
    if path.is_dir() if _is_zip(path) else path.exists():
        raise FileExistsError(errno.EEXIST, "something of that name is there already")
    part = Path(tempfile.mkdtemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent))
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _is_zip(path: Path) -> bool:
    return path.suffix.lower() == ".zip"


def _packed(folder: Path, path: Path, tell: Tell) -> Path:
    """The folder as a zip file, for its owner alone and on the disk."""
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    path.touch(mode=0o600, exist_ok=False)
    with path.open("r+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for each in files:
                tell(1, 1)
                archive.write(each, each.relative_to(folder.parent).as_posix())
        file.flush()
        os.fsync(file.fileno())
    return path
