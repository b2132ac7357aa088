"""What requests and answers of the API are made of: strict bodies, one page of a list, what was before the asker."""

from collections.abc import Sequence
from typing import Annotated, Any, Generic, Self, TypeVar
from urllib.parse import urlencode

from flask import request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from app.db.pages import Span
from app.permissions import Missing
from app.signoff.subject import Seen
from app.web.forms import LINE, TEXT, clean

MOST_ON_A_PAGE = 200

Line = Annotated[str, BeforeValidator(clean), Field(max_length=LINE)]
Text = Annotated[str, BeforeValidator(clean), Field(max_length=TEXT)]
Code = Annotated[str, BeforeValidator(clean), Field(min_length=1, max_length=120)]
Reason = Annotated[str, BeforeValidator(clean), Field(max_length=4000, description="Why, in a sentence or two")]


class In(BaseModel):
    """What a request holds: nothing that is not named here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """What an answer holds."""

    model_config = ConfigDict(frozen=True)


def exampled(example: JsonValue) -> ConfigDict:
    """The configuration of a body whose example this is."""
    return ConfigDict(json_schema_extra={"examples": [example]})


class Because(In):
    """Why."""

    model_config = exampled({"reason": "The paper is not ready."})

    reason: Reason


class NothingMore(In):
    """Nothing more is to be said: the address names it."""

    model_config = exampled({})


class Paged(In):
    """Which page of a list."""

    page: int = Field(1, ge=1, le=10_000, description="Which page, from 1")
    size: int = Field(50, ge=1, le=MOST_ON_A_PAGE, description="How many on a page")


class Pages(Out):
    """Where a page stands among those of its list; `next` and `prev` are addresses, null where there is none."""

    number: int
    size: int
    total: int = Field(description="How many things there are on all pages")
    first: str
    prev: str | None
    next: str | None

    @classmethod
    def of(cls, asked: Paged, total: int) -> Self:
        """The page that was asked for; raises `Missing` behind the last."""
        last = max(1, -(-total // asked.size))
        if asked.page > last:
            raise Missing

        def address(number: int) -> str:
            kept = {**request.args.to_dict(), "page": number}
            return f"{request.path}?{urlencode(kept)}"

        return cls(
            number=asked.page,
            size=asked.size,
            total=total,
            first=address(1),
            prev=address(asked.page - 1) if asked.page > 1 else None,
            next=address(asked.page + 1) if asked.page < last else None,
        )


def span_of(asked: Paged, total: int) -> Span:
    """The rows of the page, for a query that is ordered already."""
    return Span(total, asked.size, asked.page)


Row = TypeVar("Row")
Thing = TypeVar("Thing", bound=BaseModel)


def cut(asked: Paged, rows: Sequence[Row]) -> tuple[Sequence[Row], Pages]:
    """The rows of the page, of a list that is worked out whole."""
    pages = Pages.of(asked, len(rows))
    start = (asked.page - 1) * asked.size
    return rows[start : start + asked.size], pages


class Listed(Out, Generic[Thing]):
    """One page of a list."""

    items: list[Thing]
    page: Pages


class SeenShape(In):
    """What was before you when you decided: as it was read, sent back unchanged. Else the write is refused as stale."""

    round: int
    stage: Code
    content_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of what is asked about")]
    last_entry: int = Field(description="The last entry on record about the body; 0 where there is none")

    @classmethod
    def shown(cls, seen: Seen, **more: Any) -> Self:
        """As it is handed out."""
        return cls(
            round=seen.round, stage=seen.stage, content_hash=seen.content_hash, last_entry=seen.last_entry_id, **more
        )

    def as_seen(self) -> Seen:
        """As the service takes it."""
        return Seen(self.round, self.stage, self.content_hash, self.last_entry)


SEEN: dict[str, JsonValue] = {"round": 2, "stage": "decision", "content_hash": "0" * 64, "last_entry": 341}
"""For examples."""


class Recorded(Out):
    """What was recorded: the entry, and where that leaves the body and the whole."""

    entry: int = Field(description="The number of the entry on record")
    sign_off: str
    body: str
    standing: str = Field(description="The body’s standing now")
    sentence: str
    state: str = Field(description="The sign-off’s state now")
    result: str
