"""What is released is frozen, and so is what is before the chair; each refusal says what is possible instead."""

from app.packs.models import Edition, Pack
from app.permissions import Refused

Thing = Edition | Pack


def refuse_frozen(thing: Thing) -> None:
    """What is released, or before the chair, is not built again; the sentence says what is possible instead."""
    if thing.state == "released":
        named = "This edition is" if isinstance(thing, Edition) else "This pack is"
        raise Refused(
            f"{named} released: its bytes, its facts and their hashes never change. What has changed since goes out "
            "in a further, numbered document.",
            "a numbered supplement or correction",
        )
    if thing.state == "put_forward":
        raise Refused(
            "This pack is before the chair, who releases exactly these bytes. It can be built again once the chair "
            "has returned it.",
            "the chair’s return of the pack",
        )
