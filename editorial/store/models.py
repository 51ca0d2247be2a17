"""The tables of a workspace. Columns that are texts of states use the enums of the packages that own the rules."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

import editorial.store.remarks  # noqa: F401  the rest of the tables: whoever knows these knows them all
from editorial.store.columns import Json, json_data, maybe_moment, moment, raw_bytes


class Workspace(SQLModel, table=True):
    """One row: whose workspace this is. `origin` names the audit log; `kind` is real, demo or tour."""

    id: str = Field(primary_key=True)
    origin: str
    organization: str
    zone: str
    week_start: int = 0  # as datetime.weekday(): Monday is 0
    kind: str = "real"
    desk: str  # the desk that made the workspace
    secret_check: str  # tells the right recovery sheet from another's; the secret has 256 bits, so this gives none away
    created_at: datetime = moment()


class Person(SQLModel, table=True):
    """Somebody who signs in. Roles and keys that count are the charter's; the sealed key opens by passphrase."""

    id: str = Field(primary_key=True)
    sign_in: str = Field(unique=True)
    name: str
    state: str = "active"
    sealed: dict[str, Any] = json_data()
    wrong_tries: int = 0
    wrong_at: datetime | None = maybe_moment()
    created_at: datetime = moment()


class CharterVersion(SQLModel, table=True):
    """One signed charter document, exactly as signed."""

    __tablename__ = "charter_version"
    version: int = Field(primary_key=True)
    digest: str
    envelope: str
    made_at: datetime = moment()


class Account(SQLModel, table=True):
    """One identity on one network. The credential lies in the keyring under `generation`; it is never in here."""

    id: str = Field(primary_key=True)
    network: str
    server: str
    handle: str
    label: str
    desk: str
    state: str = "connected"
    generation: int = 0
    settings: dict[str, Any] = json_data()
    limits: dict[str, Any] = json_data()
    expires_at: datetime | None = maybe_moment()
    problem: str = ""  # in words, while the state is not connected
    not_before: datetime | None = maybe_moment()  # the network asked us to wait until then
    connected_by: str = ""
    connected_at: datetime = moment()


class Post(SQLModel, table=True):
    """A piece of communication. `number` is what people say: P-318. `revision` is the newest frozen one, 0 for none."""

    id: str = Field(primary_key=True)
    number: int = Field(unique=True)
    title: str
    author_id: str = Field(foreign_key="person.id")
    state: str = Field(index=True)
    revision: int = 0
    created_at: datetime = moment()
    changed_at: datetime = moment(index=True)


class Draft(SQLModel, table=True):
    """The working draft, the one untracked table: saved every two seconds, without an entry each time."""

    post_id: str = Field(primary_key=True, foreign_key="post.id")
    body: dict[str, Any] = json_data()
    saves: int = 0  # grows by one a save, so that two editors notice each other
    editors: list[str] = Field(default_factory=list, sa_column=Column(Json(), nullable=False))  # since the last version
    saved_by: str
    saved_at: datetime = moment()


class Revision(SQLModel, table=True):
    """An immutable snapshot. `content` is canonical JSON; `digest` is over it."""

    __table_args__ = (UniqueConstraint("post_id", "number"),)
    id: str = Field(primary_key=True)
    post_id: str = Field(foreign_key="post.id", index=True)
    number: int
    digest: str
    content: bytes = raw_bytes()
    frozen_by: str
    frozen_at: datetime = moment()


class SignOff(SQLModel, table=True):
    """A signature, exactly as given. Whether it counts is computed from the envelope, never from this row."""

    __tablename__ = "sign_off"
    id: str = Field(primary_key=True)
    post_id: str = Field(foreign_key="post.id", index=True)
    revision_id: str = Field(foreign_key="revision.id", index=True)
    person_id: str
    stage: str
    envelope: str
    signed_at: datetime = moment()


class Media(SQLModel, table=True):
    """A stripped picture in the media folder, by the digest of its bytes."""

    sha256: str = Field(primary_key=True)
    mime: str
    size: int
    width: int
    height: int
    name: str
    removed: list[str] = Field(default_factory=list, sa_column=Column(Json(), nullable=False))
    added_by: str
    added_at: datetime = moment()


class Delivery(SQLModel, table=True):
    """One post to one account at one time. `key` and `created_for` are frozen before the first attempt."""

    __table_args__ = (
        UniqueConstraint("post_id", "account_id", "round"),
        Index("ix_delivery_state_due_at", "state", "due_at"),  # the engine asks for each state by each of its times
        Index("ix_delivery_state_next_at", "state", "next_at"),
        Index("ix_delivery_state_latest_at", "state", "latest_at"),
    )
    id: str = Field(primary_key=True)
    post_id: str = Field(foreign_key="post.id", index=True)
    revision_id: str = Field(foreign_key="revision.id")
    account_id: str = Field(foreign_key="account.id", index=True)
    round: int = 1  # a new one only after the earlier was cancelled before anything was sent
    state: str
    due_at: datetime = moment(index=True)
    latest_at: datetime = moment()
    wall: str = ""  # what was meant, where a time was set: wall time, zone, fold and the zone rules that resolved it
    zone: str = ""
    fold: int | None = None
    tzdata: str = ""
    digest: str
    key: str
    created_for: datetime = moment()  # the creation time that networks which take one are told
    tries: int = 0
    next_at: datetime | None = maybe_moment()
    token: str = ""  # the network's handle while it is processing
    remote_id: str = ""
    permalink: str = ""
    reason: str = ""  # in words: why it is where it is
    advice: str = ""
    sent_at: datetime | None = maybe_moment()
    read_back_at: datetime | None = maybe_moment(index=True)  # when the engine next looks at what the network shows


class AsPublished(SQLModel, table=True):
    """What a network showed of a published delivery when it was read back, and how that compares with what was signed.

    `verdict` is a code of `editorial.delivery.showing`; `digest` is over `shown`, which is empty where nothing was.
    """

    __tablename__ = "as_published"
    id: str = Field(primary_key=True)
    delivery_id: str = Field(foreign_key="delivery.id", index=True)
    verdict: str
    shown: dict[str, Any] = json_data()
    digest: str
    seen_at: datetime = moment()


class Takedown(SQLModel, table=True):
    """Somebody's wish that a published delivery be removed, and what became of it: the last one for each delivery.

    `state` and `reason` are codes of `editorial.delivery.takedown`; `answer` is what the network said, in words.
    """

    delivery_id: str = Field(primary_key=True, foreign_key="delivery.id")
    state: str = Field(index=True)
    reason: str
    note: str = ""
    asked_by: str
    asked_at: datetime = moment()
    tries: int = 0
    next_at: datetime | None = maybe_moment()
    answer: str = ""
    ended_by: str = ""  # who removed it, where a person did
    ended_at: datetime | None = maybe_moment()


class Attempt(SQLModel, table=True):
    """One call inside a delivery, written before it is made. An attempt without outcome was cut short."""

    id: str = Field(primary_key=True)
    delivery_id: str = Field(foreign_key="delivery.id", index=True)
    number: int  # 1 for the first try of the delivery
    step: str
    public: bool
    request_digest: str
    started_at: datetime = moment()
    finished_at: datetime | None = maybe_moment()
    outcome: str = ""
    remote_id: str = ""
    detail: str = ""


class Authorization(SQLModel, table=True):
    """A patient's authorization. `elements` holds what it says; `digest` is over them. People say `number`: A-192.

    `scan` is the digest of the encrypted scan in the documents folder. Whether it was revoked is decided by the log.
    """

    id: str = Field(primary_key=True)
    number: int = Field(unique=True)
    label: str  # first name and initial
    elements: dict[str, Any] = json_data()
    digest: str
    scan: str = ""
    expires_at: datetime | None = maybe_moment(index=True)
    event_at: datetime | None = maybe_moment()  # when the expiration event was noted to have happened
    revoked_at: datetime | None = maybe_moment()
    recorded_by: str
    recorded_at: datetime = moment()


class Task(SQLModel, table=True):
    """Something that a person has to do by a time: take a post down, look again at a crisis post.

    `kind` is a code of `editorial.tasks`; the ids say what it is about, empty where that does not apply.
    """

    id: str = Field(primary_key=True)
    kind: str = Field(index=True)
    post_id: str = Field(default="", index=True)
    delivery_id: str = ""
    authorization_id: str = ""
    made_at: datetime = moment()
    due_at: datetime = moment(index=True)
    done_at: datetime | None = maybe_moment()
    done_by: str = ""
    note: str = ""


class Concern(SQLModel, table=True):
    """An incident record about a post: what is wrong, what was found, who was told, how it ended. People say C-7."""

    id: str = Field(primary_key=True)
    number: int = Field(unique=True)
    post_id: str = Field(foreign_key="post.id", index=True)
    kind: str
    text: str
    evidence: dict[str, Any] = json_data()
    told: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json(), nullable=False))
    outcome: str = ""
    reported_by: str
    reported_at: datetime = moment()
    closed_at: datetime | None = maybe_moment()
    closed_by: str = ""


class CharterText(SQLModel, table=True):
    """A text that the charter named, or may name, by its digest: the social media policy or the allow-list."""

    __tablename__ = "charter_text"
    digest: str = Field(primary_key=True)
    text: str
    added_by: str
    added_at: datetime = moment()


class Acknowledgement(SQLModel, table=True):
    """Somebody read a policy and said that they will keep to it."""

    __table_args__ = (UniqueConstraint("person_id", "policy"),)
    id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id")
    policy: str
    at: datetime = moment()


class AuditEntry(SQLModel, table=True):
    """One leaf of the log, as hashed. The columns beside it are for finding; what counts is the leaf."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_all", text("0")),)  # a few bytes an entry: counting them all takes no time
    seq: int = Field(primary_key=True)
    leaf: bytes = raw_bytes()
    leaf_hash: bytes = raw_bytes()
    ts: datetime = moment(index=True)
    action: str = Field(index=True)
    object_type: str
    object_id: str = Field(index=True)
    actor_id: str = Field(index=True)


class AuditBody(SQLModel, table=True):
    """What the entry's digest commits to: names, texts, reasons. Deletable; the log verifies without it."""

    __tablename__ = "audit_body"
    seq: int = Field(primary_key=True)
    salt: bytes = raw_bytes()
    body: bytes = raw_bytes()


class AuditHead(SQLModel, table=True):
    """One row: the log's size, root and frontier, and the hash of the last leaf."""

    __tablename__ = "audit_head"
    id: int = Field(default=1, primary_key=True)
    size: int
    root: bytes = raw_bytes()
    frontier: list[str] = Field(default_factory=list, sa_column=Column(Json(), nullable=False))
    last: bytes = raw_bytes()


class AuditCheckpoint(SQLModel, table=True):
    """A signed statement of the log's size and root. `frontier` of that size; it is believed only if the root fits."""

    __tablename__ = "audit_checkpoint"
    seq: int | None = Field(default=None, primary_key=True)
    size: int = Field(index=True)
    note: bytes = raw_bytes()
    frontier: list[str] = Field(default_factory=list, sa_column=Column(Json(), nullable=False))
    at: datetime = moment()


class Blackout(SQLModel, table=True):
    """A stretch in which nothing is scheduled: wall times in a zone, and who set it. The gate does not ask for it."""

    id: str = Field(primary_key=True)
    name: str
    first: str
    last: str
    zone: str
    set_by: str
    set_at: datetime = moment()


class QuietHours(SQLModel, table=True):
    """One row, or none: the hours of every day, in the workspace's zone, for which Compose warns."""

    __tablename__ = "quiet_hours"
    id: int = Field(default=1, primary_key=True)
    starts: str
    ends: str


class UsualTimes(SQLModel, table=True):
    """When an account usually posts: times of day in the workspace's zone, each with its days of the week."""

    __tablename__ = "usual_times"
    account_id: str = Field(primary_key=True, foreign_key="account.id")
    slots: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(Json(), nullable=False))


UNTRACKED = frozenset({"draft"})
"""Tables whose changes need no entry."""

LOG = frozenset({"audit_entry", "audit_body", "audit_head", "audit_checkpoint"})
"""The log's own tables, written by `editorial.audit.log` and, checkpoints, `editorial.audit.checkpoints` alone."""
