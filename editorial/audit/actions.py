"""Everything that can be an entry: its code, what people read, and the kinds of things it changes.

Codes are in exported logs for ever: never rename one.
"""

from dataclasses import dataclass
from enum import StrEnum

from editorial.changes import Kind


class Action(StrEnum):
    """The codes, as `object.verb`."""

    LOG_STARTED = "log.started"
    LOG_VERIFIED = "log.verified"
    LOG_REVIEWED = "log.reviewed"
    LOG_EXPORTED = "log.exported"
    LOG_ANCHORED = "log.anchored"
    GAP_MARK = "gap.mark"
    GAP_RESTORED = "gap.restored"
    GAP_CLOCK = "gap.clock"
    GAP_SIGNED = "gap.signed"
    BACKUP_MADE = "backup.made"
    BACKUP_FAILED = "backup.failed"
    UPKEEP_SET = "backup.set"
    WORKSPACE_CREATED = "workspace.created"
    SHEET_USED = "secret.restored"
    RECOVERY_SHOWN = "recovery.shown"
    PERSON_ADDED = "person.added"
    PERSON_REKEYED = "person.rekeyed"
    CHARTER_SIGNED = "charter.signed"
    CHARTER_MENDED = "charter.mended"
    SIGNED_IN = "person.signed_in"
    SIGN_IN_REFUSED = "person.sign_in_refused"
    TRIES_FORGIVEN = "person.tries_forgiven"
    SIGNED_OUT = "person.signed_out"
    LOCKED = "person.locked"
    POST_OPENED = "post.opened"
    POST_DISCARDED = "post.discarded"
    MEDIA_ADDED = "media.added"
    REVISION_FROZEN = "post.frozen"
    POST_SUBMITTED = "post.submitted"
    CRISIS_CHOSEN = "post.crisis"
    CHANGES_REQUESTED = "post.changes_requested"
    POST_WITHDRAWN = "post.withdrawn"
    POST_HANDED_OVER = "post.handed_over"
    COMMENTED = "post.commented"
    MENTION_READ = "post.mention_read"
    SUGGESTION_TAKEN = "post.suggestion_taken"
    COMMENT_RESOLVED = "post.comment_resolved"
    COMMENT_REOPENED = "post.comment_reopened"
    WARNING_ACCEPTED = "post.warning_accepted"
    SIGNED_OFF = "post.signed_off"
    SIGN_OFFS_ENDED = "post.sign_offs_ended"
    POST_SCHEDULED = "post.scheduled"
    POST_UNSCHEDULED = "post.unscheduled"
    POST_STATE = "post.state"
    DELIVERY_CANCELLED = "delivery.cancelled"
    DELIVERY_STARTED = "delivery.started"
    STEP_STARTED = "delivery.step_started"
    STEP_ENDED = "delivery.step_ended"
    DELIVERY_PUBLISHED = "delivery.published"
    DELIVERY_PENDING = "delivery.pending"
    DELIVERY_REFUSED = "delivery.refused"
    DELIVERY_UNCERTAIN = "delivery.uncertain"
    DELIVERY_MISSED = "delivery.missed"
    DELIVERY_STOPPED = "delivery.stopped"
    DELIVERY_RELEASED = "delivery.released"
    DELIVERY_LOOKED_UP = "delivery.looked_up"
    DELIVERY_LOOK_ASKED = "delivery.look_asked"
    DELIVERY_RESOLVED = "delivery.resolved"
    DELIVERY_RESCHEDULED = "delivery.rescheduled"
    DELIVERY_READ_BACK = "delivery.read_back"
    TAKEDOWN_ASKED = "delivery.takedown_asked"
    TAKEDOWN_STARTED = "delivery.takedown_started"
    TAKEDOWN_WAITS = "delivery.takedown_waits"
    TAKEDOWN_BY_HAND = "delivery.takedown_by_hand"
    TAKEN_DOWN = "delivery.taken_down"
    HOLD_SET = "hold.set"
    HOLD_LIFTED = "hold.lifted"
    NOTICE_SEEN = "notice.seen"
    ACCOUNT_CONNECTED = "account.connected"
    ACCOUNT_TESTED = "account.tested"
    ACCOUNT_RENEWED = "account.renewed"
    ACCOUNT_PROBLEM = "account.problem"
    ACCOUNT_DISCONNECTED = "account.disconnected"
    AUTHORIZATION_RECORDED = "authorization.recorded"
    AUTHORIZATION_OPENED = "authorization.opened"
    AUTHORIZATION_EVENT = "authorization.event"
    AUTHORIZATION_REVOKED = "authorization.revoked"
    AUTHORIZATION_EXPIRED = "authorization.expired"
    REGISTER_EXPORTED = "register.exported"
    TASK_OPENED = "task.opened"
    TASK_DONE = "task.done"
    CONCERN_REPORTED = "concern.reported"
    CONCERN_NOTED = "concern.noted"
    CONCERN_CLOSED = "concern.closed"
    POLICY_PROPOSED = "policy.proposed"
    POLICY_ACKNOWLEDGED = "policy.acknowledged"
    PUBLISHER_STARTED = "publisher.started"
    PUBLISHER_STOPPED = "publisher.stopped"
    CLOCK_CONFIRMED = "publisher.clock_confirmed"
    BLACKOUT_SET = "blackout.set"
    BLACKOUT_ENDED = "blackout.ended"
    QUIET_HOURS_SET = "quiet.hours"
    USUAL_TIMES_SET = "account.usual_times"
    POST_COPIED = "post.copied"
    RETENTION_SET = "retention.set"
    PRESERVE_SET = "preserve.set"
    PRESERVE_ENDED = "preserve.ended"
    ERASED = "retention.erased"
    POST_ERASED = "post.erased"
    AUTHORIZATION_ERASED = "authorization.erased"


@dataclass(frozen=True, slots=True)
class About:
    """What people read for an action, and what it changes."""

    words: str
    kinds: frozenset[Kind]


def _about(words: str, *kinds: Kind) -> About:
    return About(words, frozenset({*kinds, Kind.LOG}))


ABOUT: dict[Action, About] = {
    Action.LOG_STARTED: _about("Started the audit log", Kind.WORKSPACE),
    Action.LOG_VERIFIED: _about("Verified the audit log"),
    Action.LOG_REVIEWED: _about("Opened the audit log to read it"),
    Action.LOG_EXPORTED: _about("Exported the audit log"),
    Action.LOG_ANCHORED: _about("Set a missing mark of the audit log again", Kind.WORKSPACE),
    Action.GAP_MARK: _about("The audit log did not fit its marks", Kind.WORKSPACE, Kind.DELIVERIES),
    Action.GAP_RESTORED: _about("Restored the workspace from a backup", Kind.WORKSPACE, Kind.DELIVERIES),
    Action.GAP_CLOCK: _about("The computer's clock jumped"),
    Action.GAP_SIGNED: _about("Signed for a gap in the audit log", Kind.WORKSPACE, Kind.DELIVERIES),
    Action.BACKUP_MADE: _about("Made a backup"),
    Action.BACKUP_FAILED: _about("A backup failed"),
    Action.UPKEEP_SET: _about("Set where backups and marks are kept", Kind.WORKSPACE),
    Action.WORKSPACE_CREATED: _about("Created the workspace", Kind.WORKSPACE),
    Action.SHEET_USED: _about("Restored the workspace secret from the recovery sheet", Kind.WORKSPACE),
    Action.RECOVERY_SHOWN: _about("Showed the recovery sheet", Kind.WORKSPACE),
    Action.PERSON_ADDED: _about("Added a person", Kind.PEOPLE),
    Action.PERSON_REKEYED: _about("Made a new signing key", Kind.PEOPLE),
    Action.CHARTER_SIGNED: _about("Signed charter version {rev}", Kind.PEOPLE, Kind.WORKSPACE),
    Action.CHARTER_MENDED: _about("Signed charter version {rev} without a second officer", Kind.PEOPLE, Kind.WORKSPACE),
    Action.SIGNED_IN: _about("Signed in", Kind.PEOPLE),
    Action.SIGN_IN_REFUSED: _about("Sign-in refused: wrong passphrase", Kind.PEOPLE),
    Action.TRIES_FORGIVEN: _about("Passphrase accepted after wrong ones", Kind.PEOPLE),
    Action.SIGNED_OUT: _about("Signed out", Kind.PEOPLE),
    Action.LOCKED: _about("Locked the window", Kind.PEOPLE),
    Action.POST_OPENED: _about("Opened a draft", Kind.POSTS),
    Action.POST_DISCARDED: _about("Discarded the draft", Kind.POSTS),
    Action.MEDIA_ADDED: _about("Added a picture", Kind.MEDIA),
    Action.REVISION_FROZEN: _about("Saved version {rev}", Kind.POSTS),
    Action.POST_SUBMITTED: _about("Sent version {rev} to review", Kind.POSTS),
    Action.CRISIS_CHOSEN: _about("Version {rev} takes the short route for a crisis", Kind.POSTS),
    Action.CHANGES_REQUESTED: _about("Requested changes to version {rev}", Kind.POSTS),
    Action.POST_WITHDRAWN: _about("Took the post back from review", Kind.POSTS),
    Action.POST_HANDED_OVER: _about("Handed the post to another author", Kind.POSTS),
    Action.COMMENTED: _about("Commented on version {rev}", Kind.POSTS),
    Action.MENTION_READ: _about("Read a comment that mentions them", Kind.TASKS),
    Action.SUGGESTION_TAKEN: _about("Took over a suggestion", Kind.POSTS),
    Action.COMMENT_RESOLVED: _about("Resolved a comment", Kind.POSTS),
    Action.COMMENT_REOPENED: _about("Opened a comment again", Kind.POSTS),
    Action.WARNING_ACCEPTED: _about("Accepted a warning of version {rev}", Kind.POSTS),
    Action.SIGNED_OFF: _about("Signed version {rev}", Kind.POSTS),
    Action.SIGN_OFFS_ENDED: _about("An edit ended signatures", Kind.POSTS),
    Action.POST_SCHEDULED: _about("Scheduled version {rev}", Kind.POSTS, Kind.DELIVERIES),
    Action.POST_UNSCHEDULED: _about("Took the post off the schedule", Kind.POSTS, Kind.DELIVERIES),
    Action.POST_STATE: _about("The post's state changed", Kind.POSTS),
    Action.DELIVERY_CANCELLED: _about("Cancelled a delivery", Kind.DELIVERIES, Kind.POSTS),
    Action.DELIVERY_STARTED: _about("Picked up a delivery", Kind.DELIVERIES),
    Action.STEP_STARTED: _about("Began a step", Kind.DELIVERIES),
    Action.STEP_ENDED: _about("Finished a step", Kind.DELIVERIES),
    Action.DELIVERY_PUBLISHED: _about("Published", Kind.DELIVERIES, Kind.POSTS),
    Action.DELIVERY_PENDING: _about("The network is processing", Kind.DELIVERIES),
    Action.DELIVERY_REFUSED: _about("The network refused", Kind.DELIVERIES, Kind.POSTS),
    Action.DELIVERY_UNCERTAIN: _about("No answer after sending", Kind.DELIVERIES, Kind.POSTS),
    Action.DELIVERY_MISSED: _about("Missed the time", Kind.DELIVERIES, Kind.POSTS),
    Action.DELIVERY_STOPPED: _about("The gate stopped a delivery", Kind.DELIVERIES, Kind.POSTS),
    Action.DELIVERY_RELEASED: _about("Released a delivery", Kind.DELIVERIES, Kind.POSTS),
    Action.DELIVERY_LOOKED_UP: _about("Looked for a lost delivery", Kind.DELIVERIES),
    Action.DELIVERY_LOOK_ASKED: _about("Asked to look again", Kind.DELIVERIES),
    Action.DELIVERY_RESOLVED: _about("Resolved a lost delivery", Kind.DELIVERIES, Kind.POSTS),
    Action.DELIVERY_RESCHEDULED: _about("Moved a delivery", Kind.DELIVERIES, Kind.POSTS),
    Action.DELIVERY_READ_BACK: _about("Read back what the network shows", Kind.DELIVERIES),
    Action.TAKEDOWN_ASKED: _about("Asked to take it down", Kind.DELIVERIES),
    Action.TAKEDOWN_STARTED: _about("Asked the network to remove it", Kind.DELIVERIES),
    Action.TAKEDOWN_WAITS: _about("The network cannot remove it yet", Kind.DELIVERIES),
    Action.TAKEDOWN_BY_HAND: _about("Left to be removed by hand", Kind.DELIVERIES),
    Action.TAKEN_DOWN: _about("Taken down", Kind.DELIVERIES, Kind.POSTS),
    Action.HOLD_SET: _about("Held publishing", Kind.HOLDS, Kind.DELIVERIES),
    Action.HOLD_LIFTED: _about("Lifted the hold", Kind.HOLDS, Kind.DELIVERIES),
    Action.NOTICE_SEEN: _about("Saw the notice of a hold", Kind.HOLDS),
    Action.ACCOUNT_CONNECTED: _about("Connected an account", Kind.ACCOUNTS),
    Action.ACCOUNT_TESTED: _about("Tested an account", Kind.ACCOUNTS),
    Action.ACCOUNT_RENEWED: _about("Renewed an account's access", Kind.ACCOUNTS),
    Action.ACCOUNT_PROBLEM: _about("An account needs a person", Kind.ACCOUNTS, Kind.DELIVERIES),
    Action.ACCOUNT_DISCONNECTED: _about("Disconnected an account", Kind.ACCOUNTS),
    Action.AUTHORIZATION_RECORDED: _about("Recorded an authorization", Kind.AUTHORIZATIONS),
    Action.AUTHORIZATION_OPENED: _about("Opened an authorization's document", Kind.AUTHORIZATIONS),
    Action.AUTHORIZATION_EVENT: _about(
        "Noted an authorization's expiration event", Kind.AUTHORIZATIONS, Kind.POSTS, Kind.DELIVERIES
    ),
    Action.AUTHORIZATION_REVOKED: _about("Revoked an authorization", Kind.AUTHORIZATIONS, Kind.POSTS, Kind.DELIVERIES),
    Action.AUTHORIZATION_EXPIRED: _about("An authorization expired", Kind.AUTHORIZATIONS, Kind.POSTS, Kind.DELIVERIES),
    Action.REGISTER_EXPORTED: _about("Exported the register of authorizations"),
    Action.TASK_OPENED: _about("Opened a task", Kind.TASKS),
    Action.TASK_DONE: _about("Finished a task", Kind.TASKS),
    Action.CONCERN_REPORTED: _about("Reported a concern", Kind.CONCERNS),
    Action.CONCERN_NOTED: _about("Added to a concern", Kind.CONCERNS),
    Action.CONCERN_CLOSED: _about("Closed a concern", Kind.CONCERNS),
    Action.POLICY_PROPOSED: _about("Proposed a social media policy", Kind.WORKSPACE),
    Action.POLICY_ACKNOWLEDGED: _about("Acknowledged the social media policy", Kind.PEOPLE),
    Action.PUBLISHER_STARTED: _about("The publisher started", Kind.DELIVERIES),
    Action.PUBLISHER_STOPPED: _about("The publisher stopped", Kind.DELIVERIES),
    Action.CLOCK_CONFIRMED: _about("Confirmed this computer's clock", Kind.DELIVERIES),
    Action.BLACKOUT_SET: _about("Set a blackout", Kind.TIMES),
    Action.BLACKOUT_ENDED: _about("Ended a blackout", Kind.TIMES),
    Action.QUIET_HOURS_SET: _about("Set the quiet hours", Kind.TIMES),
    Action.USUAL_TIMES_SET: _about("Set an account's usual times", Kind.TIMES),
    Action.POST_COPIED: _about("Copied the post to other dates", Kind.POSTS),
    Action.RETENTION_SET: _about("Set how long records are kept", Kind.RETENTION),
    Action.PRESERVE_SET: _about("Preserved records beyond their time", Kind.RETENTION),
    Action.PRESERVE_ENDED: _about("Ended a Preserve", Kind.RETENTION),
    Action.ERASED: _about("Erased what was past its time", Kind.RETENTION, Kind.MEDIA),
    Action.POST_ERASED: _about("Erased the post's texts", Kind.POSTS, Kind.DELIVERIES, Kind.TASKS, Kind.CONCERNS),
    Action.AUTHORIZATION_ERASED: _about("Erased an authorization", Kind.AUTHORIZATIONS),
}


def words(action: str, revision: str = "") -> str:
    """What people read for a code; the code itself for one that a newer version wrote."""
    try:
        return ABOUT[Action(action)].words.format(rev=revision or "?")
    except ValueError:
        return action
