"""What all parts of a site file's shape have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

IDENTIFIER = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"

Identifier = Annotated[str, Field(pattern=IDENTIFIER, max_length=64)]
Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
Text = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=500)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Entry(BaseModel):
    """Nothing is guessed: a number is no text, and a key that is not known is a mistake."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
