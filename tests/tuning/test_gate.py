"""The gate on real golden cases.

Engine, scorers and store are real; the model's worth is known.
"""

from __future__ import annotations

import os
import signal

import pytest
from planted import SECTION, PlantedModel, make_golden, worth
from scripted_endpoint import Endpoint, completes, fails, streams

from workbench.config import Settings
from workbench.drafting.request import ModelUsage
from workbench.errors import InputError, ModelError
from workbench.text.encryption import new_key
from workbench.tuning.experiment import review_cache
from workbench.tuning.experiment.cells import Answer, Cell, CellResult, ModelEntry, Score
from workbench.tuning.promotion import gate
from workbench.tuning.prompt_store import PromptStore
from workbench.tuning.reviews.records import Records
from workbench.workflow.loop import BackgroundLoop

TEXT = "Dr. Example received the medal [@medal, p. 1].\n"


@pytest.fixture(scope="module")
def golden(tmp_path_factory):
    return make_golden(tmp_path_factory.mktemp("golden"), 9)


@pytest.fixture
def settings(tmp_path, golden):
    return Settings(home=tmp_path / "home", golden=golden, encryption_key=new_key())


@pytest.fixture
def store(settings):
    return PromptStore(settings)


@pytest.fixture(autouse=True)
def closed_loop():
    yield
    BackgroundLoop.current().close()


def planted_options(model=None, **how):
    return gate.GateOptions(open_models=(ModelEntry("planted", model or PlantedModel(1)),), **{"repeats": 1, **how})


def test_better_prompt_is_promoted(settings, store):
    before, ref = store.active(SECTION).ref, worth(store, 85, "more to the point")
    told = []
    verdict = gate.promote(settings, ref, "b.partner", options=planted_options(progress=lambda *how: told.append(how)))
    assert (verdict.decision, verdict.promoted, verdict.n) == ("promote", True, 9)
    assert told[-1] == (18, 18)
    assert (verdict.candidate, verdict.filing) == (ref, before)
    assert verdict.how == "planted; 1 repeat; checks + similarity"
    assert store.active(SECTION).ref == ref
    [decision] = store.history(SECTION)
    assert (decision.by, decision.evidence) == ("b.partner", gate.verdicts(settings, ref)[0].summary)
    assert "case-" not in decision.evidence, "the history is a file in git: no word of a client"


def test_and_goes_back_in_one_call(settings, store):
    before, ref = store.active(SECTION).ref, worth(store, 85, "more to the point")
    assert gate.promote(settings, ref, "b.partner", options=planted_options()).promoted
    assert store.rollback(SECTION, user_id="b.partner", reason="an officer complained").ref == before
    assert store.active(SECTION).ref == before


def test_worse_prompt_is_refused_with_redline(settings, store):
    before, ref = store.active(SECTION).ref, worth(store, 50, "longer")
    verdict = gate.promote(settings, ref, "b.partner", options=planted_options())
    assert (verdict.decision, verdict.promoted) == ("refuse", False)
    assert store.active(SECTION).ref == before
    worst = verdict.worse[0]
    assert worst.place in verdict.reason
    assert any(span.op == "insert" and "The medal is hers" in span.text for span in worst.redline())
    assert "<ins>" in verdict._repr_html_()


def test_new_error_is_refused(settings, store):
    ref = worth(store, 95, "bolder", careless=True)
    verdict = gate.check(settings, ref, planted_options())
    assert verdict.decision == "refuse"
    assert verdict.difference > 0
    assert [(error.case_id, error.check) for error in verdict.new_errors] == [("case-03", "placeholder")]
    assert "[TODO]" in verdict.worse[0].candidate_text


def test_repeats_are_one_pair(settings, store):
    model = PlantedModel(1)
    verdict = gate.check(settings, worth(store, 85, "x"), planted_options(model, repeats=2))
    assert (verdict.n, len(model.calls)) == (9, 36)


def test_system_message_on_all_cells(settings, store):
    ref = worth(store, 85, "shorter", section_id="system")
    verdict = gate.check(settings, ref, planted_options())
    assert (verdict.n, verdict.filing) == (9, store.active("system").ref)


@pytest.mark.parametrize("number", [0, 3])
def test_too_few_golden_cells_undecided(tmp_path, number):
    golden = make_golden(tmp_path / "few", number) if number else None
    settings = Settings(home=tmp_path / "home", golden=golden)
    store, model = PromptStore(settings), PlantedModel(1)
    before, ref = store.active(SECTION).ref, worth(store, 85, "x")
    verdict = gate.promote(settings, ref, "b.partner", options=planted_options(model))
    assert (verdict.decision, verdict.promoted, model.calls) == ("undecided", False, [])
    assert "It takes 8 to decide" in verdict.reason
    assert store.active(SECTION).ref == before


def test_failed_cell_is_undecided(settings, store):
    class Loses(PlantedModel):
        async def stream(self, request):
            if "Worth" in request.user and request.assignment.case.case_id == "case-05":
                raise ModelError("the endpoint was lost")
            async for chunk in super().stream(request):
                yield chunk

    verdict = gate.check(settings, worth(store, 85, "x"), planted_options(Loses(1)))
    assert verdict.decision == "undecided"
    assert verdict.n == 8
    assert "case-05, awards (awards@" in verdict.reason
    assert "the endpoint was lost" in verdict.reason


def test_exceeded_budget_is_undecided(settings, store):
    verdict = gate.check(settings, worth(store, 85, "x"), planted_options(budget_tokens=1_500, concurrency=1))
    assert verdict.decision == "undecided"
    assert "limit of 1500 tokens" in verdict.reason


def test_override_needs_name_and_reason(settings, store):
    model, ref = PlantedModel(1), worth(store, 50, "longer")
    with pytest.raises(InputError, match="an override needs a reason"):
        gate.promote(settings, ref, "b.partner", override="  ", options=planted_options(model))
    with pytest.raises(InputError, match="nobody is named"):
        gate.promote(settings, ref, " ", override="because", options=planted_options(model))
    refused = gate.promote(settings, ref, "b.partner", options=planted_options(model))
    asked = len(model.calls)
    verdict = gate.promote(
        settings, ref, "a.signer", override="the new\nstandard of proof", options=planted_options(model)
    )
    assert (verdict.decision, verdict.promoted, verdict.id) == ("refuse", True, refused.id)
    assert verdict.overridden == "a.signer: the new standard of proof"
    assert len(model.calls) == asked
    assert store.active(SECTION).ref == ref
    decision = store.history(SECTION)[-1]
    assert (decision.by, decision.reason) == ("a.signer", "the new standard of proof")
    assert decision.evidence == f"{refused.summary}; overridden"
    [record] = [record for record in Records(settings, "gate") if record["kind"] == "override"]
    assert (record["by"], record["verdict"]) == ("a.signer", refused.id)


def test_override_without_a_check(settings, store):
    verdict = gate.promote(settings, worth(store, 85, "x"), "a.signer", override="agreed by the partners")
    assert (verdict.decision, verdict.promoted, verdict.n) == ("undecided", True, 0)
    assert store.history(SECTION)[-1].evidence == "gate: not tried; overridden"


def test_active_version_is_not_checked(settings, store):
    with pytest.raises(InputError, match="is filing already"):
        gate.check(settings, store.active(SECTION).ref, planted_options())


def test_gate_refuses_offline_assembler(settings, store):
    ref = worth(store, 85, "x")
    with pytest.raises(InputError, match="no model is named, and the offline assembler reads no prompt"):
        gate.check(settings, ref)
    with pytest.raises(InputError, match="every version would score the same"):
        gate.check(settings, ref, gate.GateOptions(models=("offline",)))


def test_verdicts_are_encrypted_and_counted(settings, store):
    first, second = worth(store, 80, "one"), worth(store, 85, "two")
    gate.check(settings, first, planted_options())
    gate.check(settings, first, planted_options())
    verdict = gate.check(settings, second, planted_options())
    assert verdict.tries == 2
    assert "candidate number 2" in verdict.reason
    assert [kept.candidate for kept in gate.verdicts(settings)] == [first, first, second]
    assert gate.verdicts(settings, second) == [verdict]
    assert b"medal" not in (settings.home / "tuning" / "gate.jsonl").read_bytes()


def test_gate_asks_each_draft_once(tmp_path, golden):
    """The active version's earlier drafts are not paid again."""
    with Endpoint() as endpoint:
        settings = Settings(
            home=tmp_path, golden=golden, model="small-model", openai_base_url=endpoint.url, openai_api_key="sk-test"
        )
        store = PromptStore(settings)
        endpoint.listing = fails(404)  # so the check asks for a few tokens
        endpoint.acts = [
            completes(),
            *(streams(TEXT) for _ in range(18)),
            completes(),
            *(streams(TEXT) for _ in range(9)),
        ]
        first = gate.check(settings, worth(store, 80, "one"), gate.GateOptions(repeats=1))
        assert (first.decision, first.n, first.difference) == ("undecided", 9, 0.0)
        assert len(endpoint.posted) == 1 + 18, "one to see that the endpoint is there"
        gate.check(settings, worth(store, 85, "two"), gate.GateOptions(repeats=1))
        BackgroundLoop.current().close()
    assert len(endpoint.posted) == 2 + 27


def test_gate_reviews_each_draft_once(settings, store, monkeypatch):
    ref, reviewed = worth(store, 85, "x"), []
    review = review_cache.review
    monkeypatch.setattr(
        review_cache, "review", lambda draft, pause: (reviewed.append(draft.cell), review(draft, pause))[1]
    )
    with Endpoint() as endpoint:
        endpoint.acts = [streams(f"{TEXT}{n}\n") for n in range(18)]
        there = endpoint_settings(settings, endpoint)
        first = gate.check(there, ref, gate.GateOptions(repeats=1))
        assert len(reviewed) == 18
        second = gate.check(there, ref, gate.GateOptions(repeats=1))
        assert len(reviewed) == 18, "what was found in a draft is remembered"
        BackgroundLoop.current().close()
    assert (second.decision, second.table) == (first.decision, first.table)


@pytest.mark.parametrize("how", ["event", "Ctrl-C"])
def test_gate_stops_in_order(settings, store, how):
    ref, under_way = worth(store, 85, "x"), gate.GateOptions(repeats=1, concurrency=2, show=how == "Ctrl-C")

    def stops(reply):
        if how == "event":
            under_way.stop.set()
        else:
            os.kill(os.getpid(), signal.SIGINT)
            assert under_way.stop.wait(30)
        streams(TEXT)(reply)

    with Endpoint() as endpoint:
        endpoint.acts = [streams(TEXT), streams(TEXT), stops, *[streams(TEXT)] * 30]
        there = endpoint_settings(settings, endpoint)
        verdict = gate.promote(there, ref, "b.partner", options=under_way)
        drafts = len(endpoint.posted)
        assert (verdict.decision, verdict.promoted, verdict.candidate) == ("undecided", False, ref)
        assert f"interrupted after {drafts} of 18 drafts" in verdict.reason
        assert 3 <= drafts <= 4, "what was under way has ended"
        assert gate.verdicts(settings) == [], "half a trial decides nothing, and counts for nothing"
        endpoint.acts = [streams(TEXT)] * 30
        whole = gate.check(there, ref, gate.GateOptions(repeats=1))
        assert len(endpoint.posted) == 18, "nothing is paid for twice"
        BackgroundLoop.current().close()
    assert (whole.n, whole.tries) == (9, 1)


def test_gate_goes_on_after_its_limit(settings, store):
    options = gate.GateOptions(repeats=1, concurrency=1, budget_tokens=240)
    with Endpoint() as endpoint:
        endpoint.acts = [streams(TEXT)] * 30
        there = endpoint_settings(settings, endpoint)
        ref = worth(store, 85, "x")
        for number in (2, 4):
            verdict = gate.check(there, ref, options)
            assert "limit of 240 tokens" in verdict.reason
            assert len(endpoint.posted) == number
            endpoint.acts = [streams(TEXT)] * 30
        BackgroundLoop.current().close()


def endpoint_settings(settings, endpoint):
    return settings.model_copy(update={"model": "small-model", "openai_base_url": endpoint.url})


def result(prompt, repeat, value, error=None):
    cell = Cell(prompt, "wu", "awards", "m", repeat)
    if error:
        return CellResult(cell, None, error=error)
    answer = Answer(f"{prompt} {repeat}\n", "awards@1", "m", latency_s=0, first_text_s=0, at="", usage=ModelUsage())
    return CellResult(cell, answer, scores=(Score("checks", value, "so"), Score("similarity", 1.0, "so")))


def test_pairs_average_repeats_and_scorers():
    results = [result("a", 1, 0.5), result("a", 2, 0.7), result("b", 2, 0.9), result("b", 1, 1.0)]
    [pair] = gate.pairs_of(results, "a", "b")
    assert (pair.filing, pair.candidate) == (pytest.approx(0.8), pytest.approx(0.975))
    assert pair.scores["checks"] == (pytest.approx(0.6), pytest.approx(0.95))
    assert (pair.filing_text, pair.candidate_text) == ("a 2\n", "b 2\n"), "the candidate's worst, and its like"
    [pair] = gate.pairs_of([*results[:3], result("b", 1, 0, error="empty")], "a", "b")
    assert (pair.difference, pair.failure) == (None, "b: empty")
    [pair] = gate.pairs_of(results[:2], "a", "b")
    assert pair.failure == "not drafted by both versions"
