"""An immutable snapshot of a post, and what of it a person signs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from editorial.canonical import canonical, digest, parse
from editorial.charter.document import RouteKind
from editorial.checks import Severity
from editorial.clock import stamp, unstamp
from editorial.content import AccountContent
from editorial.signoff.routing import kind_for
from editorial.strict import fields
from editorial.when import When, Window

FINDING = ("rule", "category", "severity", "where", "cause", "settled")
"""What is kept of each finding; the last is the author's reason for keeping a warning."""

PRIVACY = "privacy"
"""The category of findings about what could tell who a patient is."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that was frozen: per account the exact content, the times, the findings and who wrote it.

    `contributors` are the author and everybody who edited any draft of the post: none of them may sign it.
    `rules` is the digest of the rule set that looked at it; `tzdata` the edition of the zone rules behind `due`. A
    finding has the keys of `FINDING`.
    """

    post_id: str
    number: int
    title: str
    contents: tuple[AccountContent, ...]
    when: When
    due: datetime | None
    window: Window
    contributors: tuple[str, ...]
    findings: tuple[Mapping[str, Any], ...]
    rules: str
    route: str
    tzdata: str
    authorizations: tuple[str, ...] = ()  # each as "id@digest" of what it allowed when this was frozen
    crisis: str = ""  # why it takes the short route, in the author's words
    corrects: str = ""  # the id of the post that it corrects

    def digests(self) -> dict[str, str]:
        """Account id to the digest of its content: the list that a sign-off signs."""
        return {content.account_id: content.digest() for content in self.contents}

    def lists(self, accounts: Iterable[tuple[str, str]]) -> bool:
        """Whether every (account id, digest) is one of this version's."""
        return set(accounts) <= set(self.digests().items())

    def rests_as(self, other: "Snapshot") -> bool:
        """Whether it took the same route as another version, and for the same reasons."""
        return (self.route, self.authorizations, self.crisis, self.corrects) == (
            other.route, other.authorizations, other.crisis, other.corrects,
        )  # fmt: skip

    def route_kind(self) -> RouteKind:
        """The kind of route that this content asks for."""
        return kind_for(
            authorizations=self.authorizations,
            findings=self.findings,
            crisis=bool(self.crisis),
            corrects=bool(self.corrects),
        )

    @property
    def near_a_patient(self) -> bool:
        """Whether it may tell of a patient: then not even its title stands in a notice."""
        found = (each["severity"] == Severity.REVIEW or each["category"] == PRIVACY for each in self.findings)
        return bool(self.authorizations) or any(found)

    def content_for(self, account_id: str) -> AccountContent | None:
        """What goes to one account, if it is among the targets."""
        return next((content for content in self.contents if content.account_id == account_id), None)

    def encode(self) -> bytes:
        """Canonical bytes, as stored; their digest names the revision in entries."""
        return canonical(
            {
                "v": 1,
                "post": self.post_id,
                "number": self.number,
                "title": self.title,
                "contents": [content.manifest() for content in self.contents],
                "when": self.when.to_json(),
                "due": stamp(self.due) if self.due else None,
                "window": self.window.to_json(),
                "contributors": list(self.contributors),
                "findings": [dict(finding) for finding in self.findings],
                "rules": self.rules,
                "route": self.route,
                "tzdata": self.tzdata,
                "authorizations": list(self.authorizations),
                "crisis": self.crisis,
                "corrects": self.corrects,
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> "Snapshot":
        """What `encode` wrote. Raises ValueError for another version of the form."""
        raw = parse(data)
        if raw.get("v") != 1:
            raise ValueError("unknown revision version")
        return cls(
            post_id=raw["post"],
            number=raw["number"],
            title=raw["title"],
            contents=tuple(AccountContent.from_manifest(item) for item in raw["contents"]),
            when=When.from_json(raw["when"]),
            due=unstamp(raw["due"]) if raw["due"] else None,
            window=Window.from_json(raw["window"]),
            contributors=tuple(raw["contributors"]),
            findings=tuple(fields(each, **dict.fromkeys(FINDING, str)) for each in raw["findings"]),
            rules=raw["rules"],
            route=raw["route"],
            tzdata=raw["tzdata"],
            authorizations=tuple(raw["authorizations"]),
            crisis=raw["crisis"],
            corrects=raw["corrects"],
        )

    def digest(self) -> str:
        """`sha256:...` of the canonical bytes."""
        return digest(self.encode())
