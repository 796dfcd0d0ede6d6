"""Models of the tuner, with options of their own."""

from __future__ import annotations

import pytest
from scripted_endpoint import Endpoint

from workbench.config import Settings
from workbench.errors import InputError
from workbench.tuning.tuner.models import TunerModels

WARM = "small-model (temperature 0.3)"


@pytest.fixture
def settings(tmp_path):
    with Endpoint() as endpoint:
        yield Settings(home=tmp_path, model="small-model", openai_base_url=endpoint.url)


async def test_model_stands_with_its_options(settings):
    models = TunerModels(settings, ["offline", "small-model", {"small-model": {"temperature": 0.3}}])
    try:
        assert models.usable == ("offline", "small-model", WARM)
        assert (await models.ready(WARM)).model.options.temperature == 0.3
        assert (await models.ready("small-model")).model.options.temperature is None
    finally:
        await models.aclose()


async def test_gate_gets_the_options(settings):
    models = TunerModels(settings, ["offline", {"small-model": {"temperature": 0.3}}])
    try:
        names, (entry,) = models.for_gate()
        assert (names, entry.name, entry.model.options.temperature) == ((), WARM, 0.3)
    finally:
        await models.aclose()


@pytest.mark.parametrize(
    ("model", "said"),
    [({"small-model": {"temprature": 1}}, "did you mean temperature"), ({"other": {}}, "no model is called 'other'")],
)
def test_bad_model_is_one_problem(settings, model, said):
    with pytest.raises(InputError, match=said) as caught:
        TunerModels(settings, [model])
    assert len(caught.value.problems) == 1
