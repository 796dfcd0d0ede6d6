"""Price table of models, and spending limit of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.config import PACKAGE_FOLDER
from workbench.drafting.request import ModelUsage
from workbench.errors import BudgetExceededError, InputError, Problem

SHIPPED_TABLE = PACKAGE_FOLDER / "data" / "prices.json"
_MILLION = 1_000_000
# Sums are kept to a billionth of a dollar: 0.009 + 0.001 reaches a limit of 0.01, which floats alone miss.
_DECIMALS = 9


class Price(BaseModel):
    """The price of one model.

    Attributes:
        input: USD for a million input tokens.
        output: USD for a million output tokens.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: float = Field(ge=0, allow_inf_nan=False)
    output: float = Field(ge=0, allow_inf_nan=False)


class PriceTable(BaseModel):
    """Prices by the model's exact name.

    A dated name (``gpt-4o-2024-05-13``) is not looked up under its family: such versions were sold at other prices.

    Attributes:
        as_of: The day on which the prices held.
        source: Where they come from, for the reader of the file.
        models: Price by model.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: date
    source: str = ""
    models: Mapping[str, Price]

    @classmethod
    def load(cls, path: Path | None = None) -> PriceTable:
        """Reads a table.

        Args:
            path: The file (``WORKBENCH_PRICES``); None means the one shipped with the workbench.

        Raises:
            InputError: The file is missing or malformed; one problem for each wrong field.
        """
        path = path or SHIPPED_TABLE
        file = str(path)
        try:
            if path.exists() and not path.is_file():  # reading a device or a pipe may never end
                raise InputError(Problem("not a file", "correct or unset WORKBENCH_PRICES", file))
            values = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise InputError(
                Problem(f"the price table cannot be read ({error.strerror})", "correct or unset WORKBENCH_PRICES", file)
            ) from None
        except json.JSONDecodeError as error:
            raise InputError(
                Problem(f"not valid JSON: {error.msg}", "correct this line", file, line=error.lineno)
            ) from None
        except RecursionError:
            raise InputError(Problem("nested too deep", "see the table shipped with the workbench", file)) from None
        except UnicodeDecodeError:
            raise InputError(Problem("not UTF-8 text", "save the file as UTF-8", file)) from None
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise InputError(
                *(
                    Problem(
                        detail["msg"].lower(),
                        "correct the field; prices are USD for a million tokens",
                        file,
                        field=".".join(str(part) for part in detail["loc"]) or None,
                    )
                    for detail in error.errors()
                )
            ) from None

    def cost(self, model: str, input_tokens: int, output_tokens: int) -> float | None:
        """Returns a call's cost in USD, None if unknown."""
        # The exact name only: versions of one family were sold at different prices.
        price = self.models.get(model)
        if price is None:
            return None
        return (price.input * input_tokens + price.output * output_tokens) / _MILLION


class Budget:
    """Spending limit of one run, in USD, tokens or both.

    A call's price is known only when it ends, so the limit stops *new* calls once it is reached; nothing is
    reserved. The overshoot is bounded by the calls then in flight: at most the number of sections drafted in
    parallel, times the price of the largest call (prompt plus ``max_output_tokens``). A call that broke off in
    mid-answer and was retried may have been billed by the endpoint without being reported; it is not counted.

    Not thread-safe: it lives on the workbench loop.

    Attributes:
        limit_usd: Limit in USD, or None.
        limit_tokens: Limit in tokens, input and output together, or None.
        spent_usd: Spent so far, USD, as far as known.
        spent_tokens: Spent so far, tokens.
    """

    def __init__(
        self,
        limit_usd: float | None = None,
        limit_tokens: int | None = None,
        *,
        spent_usd: float = 0.0,
        spent_tokens: int = 0,
    ) -> None:
        """Sets the limits.

        Args:
            limit_usd: USD, above zero.
            limit_tokens: Tokens, above zero.
            spent_usd: What the run had spent before it was resumed, USD.
            spent_tokens: The same in tokens.

        Raises:
            InputError: A limit that is not above zero.
        """
        problems = [
            Problem(f"a limit must be above zero, got {limit}", "give a larger one or none", field=field)
            for field, limit in (("budget-usd", limit_usd), ("budget-tokens", limit_tokens))
            if limit is not None and not limit > 0  # not `limit <= 0`: NaN would pass
        ]
        if problems:
            raise InputError(*problems)
        self.limit_usd = limit_usd
        self.limit_tokens = limit_tokens
        self.spent_usd = spent_usd
        self.spent_tokens = spent_tokens
        self._unpriced = False
        self._uncounted = False

    def check_start(self, model: str | None, prices: PriceTable) -> None:
        """Checks before a run that the limit can be kept.

        Args:
            model: The model's name (``WORKBENCH_MODEL``), or None where no paid model writes.
            prices: The table in use.

        Raises:
            InputError: A limit in USD, and a model whose price is unknown.
        """
        if self.limit_usd is not None and model is not None and prices.cost(model, 0, 0) is None:
            raise InputError(
                Problem(
                    f"the price of {model} is unknown, so a limit in USD cannot be kept",
                    "add the model to a price table and name it in WORKBENCH_PRICES, or set a limit in tokens",
                    field="budget-usd",
                )
            )

    def check_before(self) -> None:
        """Checks before a call that the limit is not reached.

        Raises:
            BudgetExceededError: A limit is reached, or it can no longer be told whether it is.
        """
        if self.limit_usd is not None:
            # Stopping is the only safe answer: the unknown call may have cost more than the limit.
            if self._unpriced:
                raise BudgetExceededError(
                    "the cost of a call is unknown, so the limit in USD cannot be kept; resume without it"
                )
            if self.spent_usd >= self.limit_usd:
                raise BudgetExceededError(
                    f"the limit of {self.limit_usd:.2f} USD is reached ({self.spent_usd:.2f} spent); "
                    "resume with a higher one"
                )
        if self.limit_tokens is not None:
            if self._uncounted:
                raise BudgetExceededError(
                    "the endpoint did not count a call's tokens, so the limit in tokens cannot be kept; "
                    "resume without it"
                )
            if self.spent_tokens >= self.limit_tokens:
                raise BudgetExceededError(
                    f"the limit of {self.limit_tokens} tokens is reached ({self.spent_tokens} spent); "
                    "resume with a higher one"
                )

    def charge(self, usage: ModelUsage) -> None:
        """Counts a call that has ended, well or badly."""
        tokens = usage.input_tokens + usage.output_tokens
        self.spent_tokens += tokens
        if usage.cost_usd is not None:
            # Rounded at each step: errors of thousands of small sums must not add up to a cent.
            self.spent_usd = round(self.spent_usd + usage.cost_usd, _DECIMALS)
            return
        self._unpriced = True
        # No call has an empty prompt: no tokens and no cost means that the endpoint did not say.
        self._uncounted = self._uncounted or tokens == 0
