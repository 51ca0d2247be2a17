"""Each account's own pictures: what a version holds for it, made before the version is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlmodel import col, select

from editorial.content import AccountContent, MediaItem
from editorial.counting import Limits
from editorial.desk import Desk
from editorial.errors import BadInputError, ChangedMeanwhileError
from editorial.media import MediaRefusedError
from editorial.media.fitting import Takes, fitted
from editorial.posts.draft import DraftBody
from editorial.store.models import Account


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was made: account id and the draft's picture to the picture that the account gets."""

    items: Mapping[tuple[str, MediaItem], MediaItem] = field(default_factory=dict)

    def put_into(self, contents: Iterable[AccountContent]) -> tuple[AccountContent, ...]:
        """The contents with each account's own pictures.

        Raises ChangedMeanwhileError for a picture that was not there when they were made.
        """
        try:
            return tuple(
                replace(content, media=tuple(self.items[content.account_id, item] for item in content.media))
                for content in contents
            )
        except KeyError:
            raise ChangedMeanwhileError(
                "The pictures of this post changed just now", "Nothing was sent. Your text is saved.", "Send it again."
            ) from None


def takes_of(limits: Limits) -> Takes:
    """What an account takes of one picture."""
    return Takes(limits.longest_side, limits.media_bytes, limits.mimes)


def fit_pictures(desk: Desk, body: DraftBody) -> Fitted:
    """Makes every picture of the draft to what each chosen account takes. Takes its time: never inside a transaction.

    Raises BadInputError, naming picture and account, where one cannot be made to fit; NotFoundError and
    MediaDamagedError for a picture that is gone or changed.
    """
    if not body.media:
        return Fitted()
    with desk.reading() as session:
        accounts = session.exec(select(Account).where(col(Account.id).in_(body.accounts))).all()
    return Fitted(
        {
            (account.id, item): _one(desk, account, item, number)
            for account in accounts
            for number, item in enumerate(body.media, 1)
        }
    )


def _one(desk: Desk, account: Account, item: MediaItem, number: int) -> MediaItem:
    if not account.limits:
        return item
    try:
        return fitted(desk.media, item, takes_of(Limits.from_json(account.limits)))
    except MediaRefusedError as error:
        raise BadInputError(
            f"Photo {number} does not fit {account.label}",
            f"{error.title}. {error.what} Your text is saved.".replace("..", "."),
            error.advice,
            field="media",
        ) from error
