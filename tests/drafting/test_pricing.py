"""Price table and budget."""

from __future__ import annotations

import json
import math

import pytest

from workbench.drafting.pricing import Budget, PriceTable
from workbench.drafting.request import ModelUsage
from workbench.errors import BudgetExceededError, InputError

TABLE = PriceTable.model_validate({"as_of": "2025-01-01", "models": {"m": {"input": 2, "output": 8}}})


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "prices.json"
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        return path

    return write


def test_maintained_table_prices_million_tokens():
    table = PriceTable.load()
    assert table.cost("gpt-4o", 1_000_000, 0) == 2.5
    assert table.cost("gpt-4o", 0, 1_000_000) == 10
    assert table.cost("smollm2-135m-instruct", 5000, 5000) == 0


def test_maintained_price_depends_on_provider():
    table = PriceTable.load()
    assert table.cost("claude-sonnet-4-5", 100_000, 0, host="api.anthropic.com") == pytest.approx(0.3)
    assert table.cost("our-petition-deployment", 1, 1, host="firm.openai.azure.com") is None
    assert table.cost("gpt-4o", 1_000_000, 0, host="gateway.firm.example:8443") == 2.5


def test_cached_tokens_have_lower_price():
    table = PriceTable.load()
    whole, cached = (table.cost("gpt-4.1", 1_000_000, 0, cached_tokens=count) for count in (0, 500_000))
    assert 0 < cached < whole


def test_cost_of_a_call():
    assert TABLE.cost("m", 1500, 250) == pytest.approx(0.005)


@pytest.mark.parametrize("name", ["gpt-4.1-2025-04-14", "GPT-4o", ""])
def test_only_exact_name_has_price(name):
    """At an unknown provider."""
    assert PriceTable.load().cost(name, 1, 1) is None


def test_own_prices_go_before_maintained_ones(write):
    prices = {"mine": {"input": 1, "output": 1}, "gpt-4o": {"input": 7, "output": 1}}
    table = PriceTable.load(write({"as_of": "2026-01-01", "models": prices}))
    assert table.cost("mine", 1_000_000, 0) == 1
    assert table.cost("gpt-4o", 1_000_000, 0) == 7
    assert table.cost("gpt-4.1", 1_000_000, 0) == 2


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ('{\n "as_of": "2026-01-01",\n oops\n}', 3, None),
        ("[]", None, None),
        ({"as_of": "2026-01-01"}, None, "models"),
        ({"as_of": "soon", "models": {}}, None, "as_of"),
        ({"as_of": "2026-01-01", "models": {"m": {"input": -1, "output": 1}}}, None, "models.m.input"),
        ({"as_of": "2026-01-01", "models": {"m": {"input": 1}}}, None, "models.m.output"),
        ({"as_of": "2026-01-01", "models": {"m": {"input": 1, "output": math.nan}}}, None, "models.m.output"),
        ({"as_of": "2026-01-01", "models": {}, "currency": "EUR"}, None, "currency"),
    ],
)
def test_malformed_table_names_the_place(write, text, line, field):
    path = write(text)
    with pytest.raises(InputError) as caught:
        PriceTable.load(path)
    [problem] = caught.value.problems
    assert (problem.file, problem.line, problem.field) == (str(path), line, field)
    assert problem.remedy


def test_price_faults_are_reported_together(write):
    with pytest.raises(InputError) as caught:
        PriceTable.load(write({"as_of": "soon", "models": {"m": {"input": "x", "output": 1}}}))
    assert [problem.field for problem in caught.value.problems] == ["as_of", "models.m.input"]


def test_missing_price_table_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.json: the price table cannot be read .*WORKBENCH_PRICES"):
        PriceTable.load(tmp_path / "none.json")


def test_binary_price_table_is_refused(tmp_path):
    path = tmp_path / "prices.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        PriceTable.load(path)


def test_reached_budget_stops_new_calls():
    budget = Budget(limit_usd=0.01)
    budget.check_before()
    budget.charge(ModelUsage(10, 10, 0.009))
    budget.check_before()
    budget.charge(ModelUsage(10, 10, 0.001))
    with pytest.raises(BudgetExceededError, match=r"limit of 0\.01 USD is reached"):
        budget.check_before()


def test_token_budget_needs_no_price():
    budget = Budget(limit_tokens=100)
    budget.check_start("unknown", TABLE)
    budget.charge(ModelUsage(60, 39, None))
    budget.check_before()
    budget.charge(ModelUsage(1, 0, None))
    with pytest.raises(BudgetExceededError, match="limit of 100 tokens is reached"):
        budget.check_before()


def test_no_budget_limits_nothing():
    budget = Budget()
    budget.check_start("unknown", TABLE)
    budget.charge(ModelUsage(10**9, 10**9, None))
    budget.charge(ModelUsage(1, 1, 10**6))
    budget.check_before()
    assert (budget.spent_tokens, budget.spent_usd) == (2 * 10**9 + 2, 10**6)


def test_resumed_budget_continues_counting():
    with pytest.raises(BudgetExceededError):
        Budget(limit_usd=1, spent_usd=1).check_before()
    with pytest.raises(BudgetExceededError):
        Budget(limit_tokens=10, spent_tokens=11).check_before()


def test_usd_budget_needs_known_price():
    with pytest.raises(InputError, match="the price of unknown is unknown"):
        Budget(limit_usd=1).check_start("unknown", TABLE)
    Budget(limit_usd=1).check_start("m", TABLE)
    Budget(limit_usd=1).check_start(None, TABLE)


def test_uncounted_call_stops_limited_run():
    for budget in (Budget(limit_usd=1), Budget(limit_tokens=1000)):
        budget.charge(ModelUsage(0, 0, None))
        with pytest.raises(BudgetExceededError, match="cannot be kept"):
            budget.check_before()


def test_offline_assembler_costs_nothing():
    budget = Budget(limit_usd=1, limit_tokens=1)
    budget.charge(ModelUsage())
    budget.check_before()


@pytest.mark.parametrize("limit", [0, -1, math.nan])
def test_budget_must_be_positive(limit):
    with pytest.raises(InputError) as caught:
        Budget(limit_usd=limit, limit_tokens=limit)
    assert [problem.field for problem in caught.value.problems] == ["budget-usd", "budget-tokens"]
