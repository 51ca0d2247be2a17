"""Who may do what: one table, as data. A hold is for everybody, also before sign-in, so it is not in here."""

from collections.abc import Collection
from enum import StrEnum

from editorial.charter.document import Role
from editorial.errors import NotAllowedError


class May(StrEnum):
    """Things that a role allows, as people read them."""

    WRITE = "write posts"
    SIGN_OFF = "sign off posts"
    REQUEST_CHANGES = "request changes"
    PUBLISH = "manage the Outbox"
    LIFT = "lift a hold"
    CONNECT = "connect accounts"
    AUTHORIZE = "keep the authorizations"
    OPEN_SCAN = "open an authorization's document"
    EXPORT_REGISTER = "export the register of authorizations"
    CLOSE_CONCERN = "close a concern"
    CHARTER = "sign the charter"
    READ_LOG = "read the audit log"
    EXPORT = "export the audit log"
    SET_TIMES = "set blackouts, quiet hours and usual times"
    BACK_UP = "make backups and choose where they go"
    RETAIN = "set how long records are kept, and preserve them"
    ERASE = "erase records"


_R = Role

TABLE: dict[May, frozenset[Role]] = {
    May.WRITE: frozenset({_R.AUTHOR, _R.COMMUNICATIONS_LEAD, _R.PRIVACY_OFFICER, _R.CLINICAL_REVIEWER}),
    May.SIGN_OFF: frozenset(
        {_R.COMMUNICATIONS_LEAD, _R.PRIVACY_OFFICER, _R.CLINICAL_REVIEWER, _R.ADMINISTRATOR}  # the last in a crisis
    ),
    May.REQUEST_CHANGES: frozenset({_R.COMMUNICATIONS_LEAD, _R.PRIVACY_OFFICER, _R.CLINICAL_REVIEWER}),
    May.PUBLISH: frozenset({_R.AUTHOR, _R.COMMUNICATIONS_LEAD, _R.PRIVACY_OFFICER, _R.ADMINISTRATOR}),
    May.LIFT: frozenset({_R.COMMUNICATIONS_LEAD, _R.PRIVACY_OFFICER, _R.ADMINISTRATOR}),
    May.CONNECT: frozenset({_R.AUTHOR, _R.COMMUNICATIONS_LEAD, _R.ADMINISTRATOR}),
    May.AUTHORIZE: frozenset({_R.PRIVACY_OFFICER}),
    May.OPEN_SCAN: frozenset({_R.PRIVACY_OFFICER, _R.COMPLIANCE_OFFICER}),
    May.EXPORT_REGISTER: frozenset({_R.PRIVACY_OFFICER, _R.COMPLIANCE_OFFICER}),
    May.CLOSE_CONCERN: frozenset({_R.PRIVACY_OFFICER, _R.COMPLIANCE_OFFICER}),
    May.CHARTER: frozenset({_R.ADMINISTRATOR, _R.PRIVACY_OFFICER}),
    May.READ_LOG: frozenset({_R.COMPLIANCE_OFFICER, _R.PRIVACY_OFFICER, _R.ADMINISTRATOR, _R.COMMUNICATIONS_LEAD}),
    May.EXPORT: frozenset({_R.COMPLIANCE_OFFICER, _R.PRIVACY_OFFICER, _R.ADMINISTRATOR}),
    May.SET_TIMES: frozenset({_R.COMMUNICATIONS_LEAD, _R.ADMINISTRATOR}),
    May.BACK_UP: frozenset({_R.ADMINISTRATOR, _R.PRIVACY_OFFICER}),
    May.RETAIN: frozenset({_R.COMPLIANCE_OFFICER, _R.PRIVACY_OFFICER, _R.ADMINISTRATOR}),
    May.ERASE: frozenset({_R.COMPLIANCE_OFFICER, _R.PRIVACY_OFFICER, _R.ADMINISTRATOR}),
}
"""A duty manager stands in no row: that role may only hold."""


def may(roles: Collection[Role], what: May) -> bool:
    """Whether any of the roles allows it."""
    return bool(TABLE[what] & frozenset(roles))


def must(roles: Collection[Role], what: May) -> None:
    """Raises NotAllowedError, naming who could, unless one of the roles allows it."""
    if not may(roles, what):
        allowed = ", ".join(sorted(role.label.lower() for role in TABLE[what]))
        raise NotAllowedError(f"Your role does not {what}", f"It takes one of: {allowed}.", "Ask one of them.")
