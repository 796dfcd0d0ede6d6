"""Options of a model, as settings, runs and experiments give them."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

OutputLimit = Annotated[int, Field(ge=1, le=10_000_000)]
ReasoningEffort = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
Temperature = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]


def _parse_json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        data = json.loads(value)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - pydantic words this one only
    return data


ExtraBody = Annotated[dict[str, Any], BeforeValidator(_parse_json)]


class ModelSettings(BaseModel):
    """Options of one model; what is None is not sent.

    Attributes:
        max_output_tokens: Most that is sent as the output limit, hidden reasoning included.
        reasoning_effort: ``low``, ``medium``, ``high`` or what the endpoint knows.
        temperature: None: not sent.
        extra_body: Further fields of each request.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_output_tokens: OutputLimit | None = None
    reasoning_effort: ReasoningEffort | None = None
    temperature: Temperature | None = None
    extra_body: ExtraBody | None = None

    @classmethod
    def of(cls, fields: object) -> ModelSettings:
        """Takes the options out of an object that has them among other fields."""
        return cls(**{name: getattr(fields, name) for name in ModelSettings.model_fields})

    def merge(self, other: ModelSettings | None) -> ModelSettings:
        """Returns these options, with those that the other has in place of them."""
        # A subclass may have further fields: they are no options.
        chosen = ModelSettings.of(other).model_dump(exclude_none=True) if other is not None else {}
        return self.model_copy(update=chosen)


OptionsByModel = Annotated[dict[str, ModelSettings], BeforeValidator(_parse_json)]
"""Options by the model's name, or a JSON object of them."""
