"""The tables of what people say about a version: comments, whom they mention, and warnings that were accepted."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from editorial.store.columns import maybe_moment, moment


class Comment(SQLModel, table=True):
    """What somebody said about a revision; `kind` is comment, request (changes were asked for) or suggestion."""

    id: str = Field(primary_key=True)
    post_id: str = Field(foreign_key="post.id", index=True)
    revision_id: str
    person_id: str
    kind: str
    text: str
    at: datetime = moment()
    parent_id: str = ""  # the comment that this one answers
    account_id: str = ""  # whose text the passage stands in; empty: the shared one, or the whole post
    quote: str = ""  # the passage; empty: the whole post
    start: int = 0  # of the passage, in code points
    replacement: str | None = None  # of a suggestion: what the passage should become
    taken_at: datetime | None = maybe_moment()  # the author took the suggestion over
    resolved_at: datetime | None = maybe_moment()
    resolved_by: str = ""
    answered_in: int = 0  # the first version after it whose text in that place is another one; 0: none yet


class Mention(SQLModel, table=True):
    """Somebody who is named in a comment, and when they read it."""

    comment_id: str = Field(primary_key=True, foreign_key="comment.id")
    person_id: str = Field(primary_key=True, index=True)
    read_at: datetime | None = maybe_moment()


class Acceptance(SQLModel, table=True):
    """A reviewer accepted a warning, with a reason. `cause` is the finding's: it stands as long as that does."""

    id: str = Field(primary_key=True)
    post_id: str = Field(foreign_key="post.id", index=True)
    cause: str
    number: int  # of the version that they looked at
    person_id: str
    reason: str
    at: datetime = moment()
