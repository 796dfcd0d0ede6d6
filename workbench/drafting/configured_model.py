"""Model that the settings name, at the endpoint of the settings."""

from __future__ import annotations

from dataclasses import replace

from workbench.config import Settings
from workbench.drafting.endpoint import key_from_settings
from workbench.drafting.model_options import ModelOptions
from workbench.drafting.openai_model import OpenAIModel
from workbench.drafting.pricing import PriceTable
from workbench.errors import InputError, ModelRefusedError, Problem
from workbench.model_settings import ModelSettings


def model_from_settings(
    settings: Settings, prices: PriceTable, options: ModelSettings | None = None
) -> OpenAIModel | None:
    """Returns the model that the environment names, or None.

    For None the caller takes the offline assembler. A key alone is no consent to send anything: only
    ``WORKBENCH_MODEL`` is.

    Args:
        settings: For the model, its address, its key.
        prices: The table of prices.
        options: Options that go before those of the settings.

    Raises:
        ModelRefusedError: The address or the key cannot be used.
    """
    return None if settings.model is None else endpoint_model(settings.model, settings, prices, options)


def require_model(settings: Settings, *, sent: str, otherwise: str) -> OpenAIModel:
    """Returns the model that the environment names.

    Args:
        settings: As for :func:`model_from_settings`.
        sent: What it gets, in the plural; naming a model is the user's consent to that.
        otherwise: What to do without a model, an imperative.

    Raises:
        InputError: No model is set, or its address or key cannot be used.
    """
    model = model_from_settings(settings, PriceTable.load(settings.prices))
    if model is None:
        remedy = f"set WORKBENCH_MODEL to agree that {sent} are sent to it, or {otherwise}"
        raise InputError(Problem("no model is set", remedy, field="WORKBENCH_MODEL"))
    return model


def endpoint_model(
    name: str, settings: Settings, prices: PriceTable, options: ModelSettings | None = None
) -> OpenAIModel:
    """Returns a model at the endpoint of the settings, with their options.

    Raises:
        ModelRefusedError: The address or the key cannot be used.
    """
    # The table of prices is imported now: after the first answer it would hold up every other one.
    prices.cost(name, 0, 0)
    try:
        model = OpenAIModel(
            name,
            prices=prices,
            base_url=settings.openai_base_url,
            api_key=key_from_settings(settings),
            options=ModelOptions.of(settings.options_for(name, options)),
        )
    except ModelRefusedError as error:
        raise ModelRefusedError(
            *(replace(problem, file=settings.file_of(problem.field or "")) for problem in error.problems)
        ) from None
    model.file_of = settings.file_of
    return model
