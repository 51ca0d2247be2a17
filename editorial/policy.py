"""The social media policy: the text in force, a new one, and who read it and said that they will keep to it.

The charter names the policy by its digest, so that nobody changes it alone; the text itself is a plain row. Whoever
sends posts to review has acknowledged the policy in force.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

from sqlmodel import Session, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.canonical import digest
from editorial.changes import Changes
from editorial.desk import Desk
from editorial.errors import BadInputError, ChangedMeanwhileError, DeskError
from editorial.ids import new_id
from editorial.people.amending import set_policy
from editorial.people.desk_people import People, Signer
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.people.texts import keep_text, text_of
from editorial.plain import plain
from editorial.store.models import Acknowledgement
from editorial.store.unit import Unit

LONGEST = 100_000
"""Characters of a policy."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy: Markdown, and the digest of its UTF-8 bytes."""

    digest: str
    text: str


class PolicyNotAcknowledgedError(DeskError):
    """The person has not acknowledged the policy in force; nothing was sent. `policy` is its digest."""

    code = "E-POLICY"

    def __init__(self, policy: str) -> None:
        super().__init__(
            "Read the social media policy first",
            "You have not acknowledged the version that is in force. Your text is saved; nothing was sent to review.",
            "Read it and say that you will keep to it, then send the post again.",
        )
        self.policy = policy


def template() -> Policy:
    """The policy that a new workspace begins with."""
    return policy_of(files("resources").joinpath("policy.md").read_text(encoding="utf-8"))


def policy_of(text: str) -> Policy:
    """A text as a policy: lines end alike and nothing stands around it. Raises BadInputError for an empty one."""
    text = plain("\n".join(text.strip().splitlines()))
    if not text:
        raise BadInputError("The policy is empty", "Nothing was changed.", "Write it first.", field="policy")
    if len(text) > LONGEST:
        raise BadInputError(
            "The policy is too long", f"It has {len(text)} characters; {LONGEST} are kept.", "Shorten it.",
            field="policy",
        )  # fmt: skip
    return Policy(digest(text.encode()), text)


def need_acknowledgement(desk: Desk, session: Session, person_id: str) -> None:
    """Raises PolicyNotAcknowledgedError unless the person acknowledged the policy that the charter names, if any."""
    policy = desk.charter(session).charter.policy
    if policy is not None and not _has(session, person_id, policy):
        raise PolicyNotAcknowledgedError(policy)


def _has(session: Session, person_id: str, policy: str) -> bool:
    found = select(Acknowledgement).where(Acknowledgement.person_id == person_id, Acknowledgement.policy == policy)
    return session.exec(found).first() is not None


class Policies:
    """Commands about the policy."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def in_force(self) -> Policy | None:
        """The policy that the charter names; None where it names none. Raises DeskError for a text that was changed."""
        with self._desk.reading() as session:
            named = self._desk.charter(session).charter.policy
            text = text_of(session, named) if named is not None else None
        if named is None:
            return None
        if text is None:
            raise DeskError(
                "The social media policy was changed or is missing",
                "The text that is stored is not the one that two officers signed. Nobody can acknowledge it.",
                "Two officers sign the policy in again. Tell the compliance officer.",
                code="E-DAMAGED",
            )
        return Policy(named, text)

    def acknowledged(self, person_id: str) -> bool:
        """Whether the person acknowledged the policy in force. True where there is none."""
        with self._desk.reading() as session:
            named = self._desk.charter(session).charter.policy
            return named is None or _has(session, person_id, named)

    def acknowledge(self, actor: Actor, policy: str) -> Changes:
        """Notes that the actor read the policy with this digest and will keep to it; once is enough.

        Raises ChangedMeanwhileError where another one is in force by now.
        """
        with self._desk.writing(actor.must_be_verified()) as unit:
            roles_of(self._desk, unit.session, actor)  # raises for somebody who left the staff
            if self._desk.charter(unit.session).charter.policy != policy:
                raise ChangedMeanwhileError(
                    "Another policy is in force by now", "What you read was not noted.", "Read the new one."
                )
            if not _has(unit.session, actor.id, policy):
                row = Acknowledgement(id=new_id("ack"), person_id=actor.id, policy=policy, at=unit.now)
                unit.session.add(row)
                unit.record(Action.POLICY_ACKNOWLEDGED, "policy", policy.removeprefix("sha256:"))
        return unit.changes

    def adopt(self, actor: Actor, text: str, signers: Iterable[Signer]) -> Changes:
        """Puts a new text in force: the text and the charter version that names it, in one transaction.

        Everybody has to acknowledge it anew. Raises BadInputError, NotAllowedError for other than officers, and the
        errors of `People.amend`; then nothing changed.
        """
        policy = policy_of(text)
        with self._desk.reading() as session:
            must(roles_of(self._desk, session, actor.must_be_verified()), May.CHARTER)
            if self._desk.charter(session).charter.policy == policy.digest:
                raise BadInputError("This is the policy in force", "Nothing was changed.", field="policy")

        def keep(unit: Unit, _: object) -> None:
            keep_text(unit, policy.text, actor.id)
            unit.record(Action.POLICY_PROPOSED, "policy", policy.digest.removeprefix("sha256:"))

        return People(self._desk).amend(actor, set_policy(policy.digest), signers, also=keep)
