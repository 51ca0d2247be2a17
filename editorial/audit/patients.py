"""Which readable parts may leave the house with an export. Strict: what nobody checked for patients stays.

Three kinds: parts in which nothing is typed (ids, codes, digests, staff), texts that the checks looked at, and free
words that nobody looked at, such as comments, notes and file names. The first always go. The second go where the post
rests on no authorization and no version of it has a finding that could be about a patient. The third stay. Sign-offs
are of the first kind, but for the reasons that may be typed into them: see `Patients.may_go`.
"""

import re

from sqlalchemy import select
from sqlmodel import Session, col

from editorial.audit.actions import Action
from editorial.audit.leaf import Leaf
from editorial.canonical import parse
from editorial.keys.dsse import Envelope
from editorial.posts.records import DamagedError, StoredVersion, snapshot_in
from editorial.signoff.statement import COVERED, SEEN, Statement
from editorial.store.models import Delivery, Revision

_A = Action
_NOTHING_TYPED = ("log.", "workspace.", "secret.", "recovery.", "person.", "charter.", "policy.", "publisher.")
_STAFFS_OWN = frozenset(
    {
        _A.POST_OPENED, _A.REVISION_FROZEN, _A.SIGNED_OFF, _A.SIGN_OFFS_ENDED, _A.POST_SCHEDULED, _A.POST_UNSCHEDULED,
        _A.POST_STATE, _A.POST_HANDED_OVER, _A.POST_WITHDRAWN, _A.POST_COPIED, _A.COMMENT_RESOLVED,
        _A.COMMENT_REOPENED, _A.DELIVERY_CANCELLED, _A.DELIVERY_STARTED, _A.STEP_STARTED, _A.DELIVERY_RESCHEDULED,
        _A.TAKEDOWN_STARTED, _A.HOLD_LIFTED, _A.ACCOUNT_CONNECTED, _A.ACCOUNT_TESTED, _A.ACCOUNT_RENEWED,
        _A.ACCOUNT_DISCONNECTED, _A.AUTHORIZATION_RECORDED, _A.AUTHORIZATION_OPENED, _A.AUTHORIZATION_EVENT,
        _A.AUTHORIZATION_EXPIRED, _A.TASK_OPENED, _A.QUIET_HOURS_SET, _A.USUAL_TIMES_SET,
    }
)  # fmt: skip
_CHECKED = frozenset(
    {
        _A.POST_SUBMITTED, _A.STEP_ENDED, _A.DELIVERY_PUBLISHED, _A.DELIVERY_PENDING, _A.DELIVERY_REFUSED,
        _A.DELIVERY_UNCERTAIN, _A.DELIVERY_MISSED, _A.DELIVERY_STOPPED, _A.DELIVERY_RELEASED, _A.DELIVERY_LOOKED_UP,
        _A.DELIVERY_LOOK_ASKED, _A.DELIVERY_RESOLVED, _A.DELIVERY_READ_BACK,
    }
)  # fmt: skip

_FIXED = re.compile(rf"{SEEN}|{COVERED}A-[0-9]+")
"""How a finding is settled without a word of one's own."""

_VERSIONS = select(
    col(Revision.post_id), col(Revision.id), col(Revision.number), col(Revision.digest), col(Revision.content)
)
_DELIVERIES = select(col(Delivery.id), col(Delivery.post_id))


class Patients:
    """What the workspace's versions say about which posts are safe to show."""

    def __init__(self, session: Session) -> None:
        read = session.connection().execution_options(yield_per=200).execute
        seen: set[str] = set()
        stories: set[str] = set()
        for post_id, key, number, digest, content in read(_VERSIONS):
            seen.add(post_id)
            if _could_name_one(StoredVersion(key, number, digest, content)):
                stories.add(post_id)
        safe = seen - stories
        self._safe = safe | {delivery for delivery, post_id in read(_DELIVERIES) if post_id in safe}

    def may_be_shown(self, object_id: str) -> bool:
        """Whether the texts of a post, or of a delivery of it, were checked and found to be about no patient."""
        return object_id in self._safe

    def may_go(self, leaf: Leaf, body: bytes) -> bool:
        """Whether the readable part of this entry may go.

        A sign-off goes with the words in it, for without them it cannot be checked; but not where its post could be
        about a patient and somebody typed a reason.
        """
        if leaf.action == _A.SIGNED_OFF and not self.may_be_shown(leaf.object["id"]):
            return not _has_typed_reason(body)
        if leaf.action.startswith(_NOTHING_TYPED) or leaf.action in _STAFFS_OWN:
            return True
        return leaf.action in _CHECKED and self.may_be_shown(leaf.object["id"])


def _has_typed_reason(body: bytes) -> bool:
    try:
        statement = Statement.from_payload(Envelope.from_json(parse(body)["envelope"]).payload)
    except (ValueError, KeyError, TypeError):
        return True
    return not all(_FIXED.fullmatch(finding["how"]) for finding in statement.findings)


def _could_name_one(version: StoredVersion) -> bool:
    try:
        return snapshot_in(version).near_a_patient
    except DamagedError:
        return True
