"""Price table of models, and spending limit of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from workbench.drafting.request import ModelUsage
from workbench.errors import BudgetExceededError, InputError, Problem

_FREE_MODELS = ("smollm2-135m-instruct",)
"""Models that this package serves itself."""

_MILLION = 1_000_000
# Sums are kept to a billionth of a dollar: 0.009 + 0.001 reaches a limit of 0.01, which floats alone miss.
_DECIMALS = 9


class Price(BaseModel):
    """The price of one model.

    Attributes:
        input: USD for a million input tokens.
        output: USD for a million output tokens.
        cached_input: USD for a million input tokens that the endpoint read from its cache; None: as ``input``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: float = Field(ge=0, allow_inf_nan=False)
    output: float = Field(ge=0, allow_inf_nan=False)
    cached_input: float | None = Field(default=None, ge=0, allow_inf_nan=False)


class PriceTable(BaseModel):
    """Prices of models: the firm's own by exact name, before those of ``genai-prices``.

    That package is maintained, and brings its table with it: nothing is fetched. A table that is built, not loaded, is
    used alone.

    Attributes:
        as_of: The day on which the prices held.
        source: Where they come from, for the reader of the file.
        models: Price by model.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: date
    source: str = ""
    models: Mapping[str, Price]
    _with_maintained: bool = PrivateAttr(default=False)

    @classmethod
    def load(cls, path: Path | None = None) -> PriceTable:
        """Reads the firm's own table, and adds the maintained one.

        Args:
            path: The file (``WORKBENCH_PRICES``); None: there is none.

        Raises:
            InputError: The file is missing or malformed; one problem for each wrong field.
        """
        if path is None:
            return _add_maintained(cls(as_of=date.min, models={}))
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
            raise InputError(Problem("nested too deep", "see docs/models.md for its form", file)) from None
        except UnicodeDecodeError:
            raise InputError(Problem("not UTF-8 text", "save the file as UTF-8", file)) from None
        try:
            return _add_maintained(cls.model_validate(values))
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

    def cost(
        self, model: str, input_tokens: int, output_tokens: int, *, cached_tokens: int = 0, host: str | None = None
    ) -> float | None:
        """Returns a call's cost in USD, None if unknown.

        Args:
            model: Its name, as the endpoint knows it.
            input_tokens: Tokens of the prompt, the cached ones included.
            output_tokens: Tokens of the answer, hidden reasoning included.
            cached_tokens: Tokens of the prompt that the endpoint read from its cache.
            host: The endpoint's host: providers sell one model at several prices.
        """
        price = self.models.get(model)
        if price is None:
            return (
                _maintained_cost(model, input_tokens, output_tokens, cached_tokens, host)
                if self._with_maintained
                else None
            )
        cached_price = price.input if price.cached_input is None else price.cached_input
        fresh = input_tokens - cached_tokens
        return (price.input * fresh + cached_price * cached_tokens + price.output * output_tokens) / _MILLION


def _add_maintained(table: PriceTable) -> PriceTable:
    free = {name: Price(input=0, output=0) for name in _FREE_MODELS}
    table = table.model_copy(update={"models": {**free, **table.models}})
    table._with_maintained = True  # noqa: SLF001 - of a copy that this function has made
    return table


def _maintained_cost(
    model: str, input_tokens: int, output_tokens: int, cached_tokens: int, host: str | None
) -> float | None:
    # Late: the table takes 0.4 s to import, and offline drafts need none.
    from genai_prices import Usage, calc_price  # noqa: PLC0415

    usage = Usage(input_tokens=input_tokens, cache_read_tokens=cached_tokens, output_tokens=output_tokens)
    try:
        price = calc_price(usage, model_ref=model, provider_api_url=f"https://{host}/")
    except LookupError:
        # A gateway, or a server of the firm: the provider is unknown, so only a model's exact name tells.
        try:
            price = calc_price(usage, model_ref=model)
        except LookupError:
            return None
        if price.model.id != model:
            return None
    return round(float(price.total_price), _DECIMALS)


class Budget:
    """Spending limit of one run, in USD, tokens or both.

    A call's price is known only when it ends, so the limit stops *new* calls once it is reached; nothing is
    reserved. The overshoot is bounded by the calls then in flight: at most the number of sections drafted in
    parallel, times the price of the largest call (prompt plus ``max_output_tokens``). Failed, empty and cut-off answers
    count, as far as the endpoint reports their tokens; one whose connection broke off reports none.

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

    def check_start(self, model: str | None, prices: PriceTable, *, host: str | None = None) -> None:
        """Checks before a run that the limit can be kept.

        Args:
            model: The model's name (``WORKBENCH_MODEL``), or None where no paid model writes.
            prices: The table in use.
            host: The endpoint's host.

        Raises:
            InputError: A limit in USD, and a model whose price is unknown.
        """
        if self.limit_usd is not None and model is not None and prices.cost(model, 0, 0, host=host) is None:
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
