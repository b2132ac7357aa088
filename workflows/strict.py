"""What is read strictly: no key that is not known, nothing converted, nothing changed afterwards."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer


class Strict(BaseModel):
    """A part of a definition. A key in `LATER` came after cases had pinned a hash: unset, it is left out of it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    LATER: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _without_what_came_later(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        said: dict[str, object] = handler(self)
        return {key: value for key, value in said.items() if key not in self.LATER or value is not None}
