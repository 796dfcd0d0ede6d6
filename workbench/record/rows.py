"""Lists of records that a notebook shows as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

if TYPE_CHECKING:
    import pandas as pd

Record = TypeVar("Record")


class Rows(list[Record]):
    """List of records of one kind: dataclasses or pydantic models.

    Examples:
        >>> import workbench
        >>> history = workbench.prepare("wu").history()
        >>> history.to_frame()[["what", "status"]].values.tolist()
        [['prepared', 'pending']]
    """

    def to_frame(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Returns a pandas DataFrame with one row for each record.

        Args:
            columns: Fields of the records, in the order in which they are wanted; None: all.
        """
        # Late: a command that lists three lines does not wait for pandas.
        import pandas as pd  # noqa: PLC0415

        rows = [_read_fields(record) for record in self]
        return pd.DataFrame(rows, columns=None if columns is None else list(columns))

    def _repr_html_(self) -> str:
        html: str = self.to_frame().to_html(max_rows=60, na_rep="", notebook=True)
        return html


def _read_fields(record: Any) -> dict[str, Any]:
    if isinstance(record, BaseModel):
        return record.model_dump()
    if is_dataclass(record):
        return {field.name: getattr(record, field.name) for field in fields(record)}
    raise TypeError(f"no record: {type(record).__name__}")
