"""The working draft: plain data that one person types, and how it falls into one content per account."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from editorial.checks import Finding
from editorial.content import AccountContent, MediaItem
from editorial.plain import plain
from editorial.when import When


@dataclass(frozen=True, slots=True)
class Target:
    """An account as a draft sees it."""

    id: str
    network: str
    label: str


@dataclass(frozen=True, slots=True)
class DraftBody:
    """Everything typed and chosen. A text of its own belongs to an account, else to its network, else it is shared."""

    title: str = ""
    text: str = ""
    network_texts: Mapping[str, str] = field(default_factory=dict)
    account_texts: Mapping[str, str] = field(default_factory=dict)
    accounts: tuple[str, ...] = ()
    media: tuple[MediaItem, ...] = ()
    when: When = field(default_factory=When)
    language: str = "en"
    authorizations: tuple[str, ...] = ()  # ids
    crisis: str = ""  # why it takes the short route; empty: it does not
    corrects: str = ""  # the id of the published post that this one corrects
    kept: Mapping[str, str] = field(default_factory=dict)  # a warning's cause -> the author's reason for keeping it

    def text_for(self, account: Target) -> str:
        """The text that this account gets."""
        shared = self.network_texts.get(account.network, self.text)
        return self.account_texts.get(account.id, shared)

    def has_own_text(self, account: Target) -> bool:
        """Whether edits of the shared text leave this account alone."""
        return account.id in self.account_texts or account.network in self.network_texts

    def with_text(self, account_id: str | None, text: str) -> "DraftBody":
        """The draft with another text for one account, or for all that share (None)."""
        if account_id is None:
            return replace(self, text=text)
        return replace(self, account_texts={**self.account_texts, account_id: text})

    def without_own_text(self, account: Target) -> "DraftBody":
        """The draft in which the account uses the shared text again."""
        return replace(
            self,
            account_texts={key: text for key, text in self.account_texts.items() if key != account.id},
            network_texts={key: text for key, text in self.network_texts.items() if key != account.network},
        )

    def kept_because(self, finding: Finding) -> str:
        """Why the author keeps a finding; empty for one that is open, or that nobody may keep."""
        return self.kept.get(finding.cause, "").strip() if finding.may_keep else ""

    def with_kept(self, finding: Finding, reason: str) -> "DraftBody":
        """The draft in which a finding is kept for a reason; without one it is open again."""
        others = {cause: why for cause, why in self.kept.items() if cause != finding.cause}
        return replace(self, kept={**others, finding.cause: reason.strip()} if reason.strip() else others)

    def contents(self, post_id: str, targets: Iterable[Target]) -> tuple[AccountContent, ...]:
        """One content for each chosen account, in the order of `targets`."""
        chosen = set(self.accounts)
        return tuple(
            AccountContent(post_id, target.id, target.network, self.text_for(target), self.media, self.language)
            for target in targets
            if target.id in chosen
        )

    def storable(self) -> "DraftBody":
        """The draft with every text as it can be stored; half characters become the replacement character."""
        return DraftBody.from_json(plain(self.to_json()))

    def to_json(self) -> dict[str, Any]:
        """Plain data for the draft table."""
        return {
            "title": self.title,
            "text": self.text,
            "network_texts": dict(self.network_texts),
            "account_texts": dict(self.account_texts),
            "accounts": list(self.accounts),
            "media": [item.manifest() for item in self.media],
            "when": self.when.to_json(),
            "language": self.language,
            "authorizations": list(self.authorizations),
            "crisis": self.crisis,
            "corrects": self.corrects,
            "kept": dict(self.kept),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "DraftBody":
        """What `to_json` wrote."""
        return cls(
            title=data["title"],
            text=data["text"],
            network_texts=data["network_texts"],
            account_texts=data["account_texts"],
            accounts=tuple(data["accounts"]),
            media=tuple(MediaItem(**item) for item in data["media"]),
            when=When.from_json(data["when"]),
            language=data["language"],
            authorizations=tuple(data["authorizations"]),
            crisis=data["crisis"],
            corrects=data["corrects"],
            kept=data["kept"],
        )
