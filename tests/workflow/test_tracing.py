"""Spans of runs, at a real collector on loopback."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
import uuid

import pytest
from pydantic import SecretStr
from scripted_endpoint import fails, streams
from span_collector import SpanCollector

import workbench
from workbench.config import Settings, shared_folder
from workbench.drafting.agents import WriterAgent
from workbench.drafting.prompts.templates import PromptLibrary
from workbench.drafting.request import Assignment
from workbench.drafting.scripted_model import ScriptedModel
from workbench.drafting.sections import sections_for
from workbench.errors import InputError
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.tracing import Trace, describe_request, describe_thread

from .conftest import CASES

AWARDS = "Dr. Example received the Invented Medal for Chemistry on 4 May 2021 [@medal, p. 1].\n"
UNFOUNDED = "Dr. Example received the Invented Medal for Chemistry [@nowhere, p. 1].\n"
MEMBERSHIP = "Dr. Example was elected a Fellow of the Invented Academy of Chemistry [@academy, p. 1].\n"
OPTIONS = RunOptions(unattended=True, sequential=True, max_revisions=1, sections=("awards", "membership"))
CLIENT, INTERNAL = 3, 1
OWN_WORDS = frozenset({"awards", "membership"})
"""Names of sections, which drafts have as words, too."""


@pytest.fixture
def collector():
    with SpanCollector() as collector:
        yield collector
        BackgroundLoop.current().close()


@pytest.fixture
def traced(online, collector, tmp_path):
    """Settings of a model, its price and a collector."""
    prices = tmp_path / "prices.json"
    price = {"input": 10.0, "output": 50.0}
    prices.write_text(json.dumps({"as_of": "2026-11-01", "models": {"small-model": price}}))
    return online.model_copy(update={"tracing_endpoint": collector.url, "prices": prices})


def draft(settings, **how):
    """Drafts a run to its stop, and ends the process's loop, which sends the last spans."""
    how.setdefault("options", OPTIONS)
    run = workbench.start("minimal", settings=settings, **how)
    run.wait(60)
    BackgroundLoop.current().close()
    return run


def words_of(*texts):
    return {word for text in texts for word in re.findall(r"[a-z]{5,}", text.lower())}


def test_run_is_a_tree_of_spans(traced, endpoint, collector):
    endpoint.acts = [streams(UNFOUNDED), streams(AWARDS), streams(MEMBERSHIP)]
    run = draft(traced)
    spans = collector.spans
    assert [(span.name, span.parent) for span in spans] == [
        ("invoke_workflow petition", None),
        ("draft awards", "invoke_workflow petition"),
        ("chat small-model", "draft awards"),
        ("check awards", "invoke_workflow petition"),
        ("revise awards", "invoke_workflow petition"),
        ("chat small-model", "revise awards"),
        ("check awards", "invoke_workflow petition"),
        ("draft membership", "invoke_workflow petition"),
        ("chat small-model", "draft membership"),
        ("check membership", "invoke_workflow petition"),
    ]
    assert len({span.trace for span in spans}) == 1
    assert all(span.nanoseconds > 0 for span in spans)
    thread = {"gen_ai.conversation.id": run.thread_id, "session.id": run.thread_id}
    assert all(thread.items() <= span.attributes.items() for span in spans)
    assert collector.resource == {"service.name": "eb1a-workbench", "service.version": "0.1.0"}
    assert {each.path for each in collector.received} == {"/v1/traces"}


def test_spans_carry_figures(traced, endpoint, collector):
    endpoint.acts = [streams(UNFOUNDED), streams(AWARDS), streams(MEMBERSHIP)]
    draft(traced)
    spans = collector.spans
    run, step, request, check = spans[:4]
    version = PromptLibrary.shipped().version("awards")
    assert run.attributes["gen_ai.operation.name"] == "invoke_workflow"
    assert run.attributes["gen_ai.workflow.name"] == "petition"
    assert run.attributes["workbench.run.status"] == "completed"
    assert run.attributes["workbench.run.sections"] == 2
    assert (
        step.attributes.items()
        >= {
            "workbench.step": "draft",
            "workbench.section": "awards",
            "workbench.section.number": 1,
            "workbench.attempt": 1,
            "workbench.prompt.version": version,
        }.items()
    )
    first_text_s = request.attributes.pop("gen_ai.response.time_to_first_chunk")
    assert 0 < first_text_s < request.nanoseconds / 1e9
    assert {name: value for name, value in request.attributes.items() if "id" not in name.split(".")} == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "small-model",
        "gen_ai.output.type": "text",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.cost": pytest.approx(0.002),
        "gen_ai.response.finish_reasons": ["stop"],
        "server.address": "127.0.0.1",
        "server.port": int(endpoint.host.partition(":")[2]),
        "workbench.prompt.version": version,
    }
    assert (run.kind, step.kind, request.kind) == (INTERNAL, INTERNAL, CLIENT)
    assert check.attributes["workbench.outcome"] == "sent back"
    assert check.attributes["workbench.findings.errors"] > 0
    assert spans[4].attributes["workbench.step"] == "revise"
    assert spans[4].attributes["workbench.attempt"] == 2
    assert spans[-1].attributes["workbench.outcome"] == "completed"
    assert spans[-1].attributes["workbench.findings.errors"] == 0


def test_spans_hold_no_confidential_word(traced, endpoint, collector, minimal):
    """No word of drafts, prompts, names or exhibits: those of the product's own vocabulary aside."""
    endpoint.acts = [streams(UNFOUNDED), streams(AWARDS), streams(MEMBERSHIP)]
    run = draft(traced, thread_id="ada-example-petition", user_id="m.chen")
    assert run.snapshot.status == "completed"
    prompts = [message["content"] for asked in endpoint.posted for message in asked.body["messages"]]
    assert any("Dr. Example" in prompt for prompt in prompts)
    pages = [page for document in minimal.documents.values() for page in document.pages]
    confidential = words_of(AWARDS, UNFOUNDED, MEMBERSHIP, *pages) - OWN_WORDS
    assert {"example", "medal", "invented", "chemistry", "elected"} <= confidential
    told = collector.bytes.decode("latin-1").lower()
    assert confidential & words_of(told) == set()
    words = [text.lower().split() for text in prompts]
    phrases = {" ".join(text[start : start + 3]) for text in words for start in range(len(text) - 2)}
    assert len(phrases) > 1000
    assert {phrase for phrase in phrases if phrase in told} == set()
    assert not any(name in told for name in ("ada", "m.chen", "sk-test"))
    sent = collector.spans[0].attributes["session.id"]
    assert sent == str(uuid.uuid5(uuid.NAMESPACE_OID, "ada-example-petition"))
    assert all(span.events == 0 and span.message == "" for span in collector.spans)


def test_ids_of_case_file_stay_out(shared_home, collector):
    """A response has a section for each request, whose id the attorney chose; the assembler asks no model."""
    settings = Settings(home=shared_home, tracing_endpoint=collector.url)
    case = workbench.load_case(shared_folder("cases") / "rfe")
    run = workbench.start(case, settings=settings, options=RunOptions(unattended=True))
    run.wait(60)
    BackgroundLoop.current().close()
    ids = [request.id for request in case.rfe.requests]
    told = collector.bytes.decode("latin-1")
    assert ids
    assert not any(f"request-{each}" in told for each in ids)
    drafted = [span for span in collector.spans if span.name == "draft rfe_request"]
    assert len(drafted) == len(ids)
    assert len({span.attributes["workbench.section.number"] for span in drafted}) == len(ids)
    assert not any(span.name.startswith("chat") for span in collector.spans)


def test_content_is_sent_only_if_set(traced, endpoint, collector):
    endpoint.acts = [streams(AWARDS), streams(MEMBERSHIP)]
    run = draft(traced.model_copy(update={"tracing_content": True}))
    request = next(span for span in collector.spans if span.name == "chat small-model")
    (said,) = json.loads(request.attributes["gen_ai.input.messages"])
    assert "Dr. Example" in said["parts"][0]["content"]
    assert json.loads(request.attributes["gen_ai.system_instructions"])[0]["content"].startswith("You are")
    (answer,) = json.loads(request.attributes["gen_ai.output.messages"])
    assert answer == {
        "role": "assistant",
        "parts": [{"type": "text", "content": AWARDS}],
        "finish_reason": "stop",
    }
    line = f"this run is traced: spans with prompts and drafts go to {collector.host}"
    assert line in [entry.message for entry in run.snapshot.logs]


def test_log_says_where_spans_go(traced, endpoint, collector):
    endpoint.acts = [streams(AWARDS), streams(MEMBERSHIP)]
    lines = [entry.message for entry in draft(traced).snapshot.logs]
    assert f"this run is traced: spans without any text of it go to {collector.host}" in lines


def test_refused_request_is_told_by_class(traced, endpoint, collector):
    endpoint.acts = [fails(401, message="the key of Ada Example is revoked")]
    draft(traced)
    spans = {span.name: span for span in collector.spans}
    assert spans["chat small-model"].attributes["error.type"] == "ModelUnavailableError"
    assert spans["draft awards"].failed
    assert spans["invoke_workflow petition"].attributes["workbench.run.status"] == "paused"
    assert not spans["invoke_workflow petition"].failed
    assert b"Ada" not in collector.bytes


def test_endings_use_known_words_only(traced, endpoint, collector):
    """An endpoint may put any text there."""
    endpoint.acts = [streams(AWARDS, finish="Ada Example"), streams(AWARDS, finish="MAX_TOKENS")] * 2
    draft(traced)
    request = next(span for span in collector.spans if span.name == "chat small-model")
    assert request.attributes["gen_ai.response.finish_reasons"] == ["error", "length"]
    assert request.attributes["gen_ai.usage.input_tokens"] == 200
    assert b"Ada" not in collector.bytes


def test_unknown_cost_is_left_out(traced, endpoint, collector):
    endpoint.acts = [streams(AWARDS), streams(MEMBERSHIP, usage=None)]
    draft(traced.model_copy(update={"prices": None}))
    first, second = (span.attributes for span in collector.spans if span.name == "chat small-model")
    assert first["gen_ai.usage.input_tokens"] == 100
    assert "gen_ai.usage.cost" not in {*first, *second}
    assert "gen_ai.usage.input_tokens" not in second


def test_section_sent_back_is_within_run(script, traced, collector):
    script.hold("membership")
    run = workbench.start("minimal", settings=traced, options=OPTIONS)
    script.wait_until_asked("awards", "membership")
    run.reject("awards", "Shorter.")
    script.let_go("membership")
    run.wait(60)
    BackgroundLoop.current().close()
    drafts = [span for span in collector.spans if span.attributes.get("workbench.section") == "awards"]
    assert len([span for span in drafts if span.attributes["workbench.step"] != "check"]) == 2
    assert {span.parent for span in drafts} == {"invoke_workflow petition"}


def test_each_execution_has_its_span(traced, endpoint, collector):
    endpoint.acts = [fails(401), streams(AWARDS), streams(MEMBERSHIP)]
    run = workbench.start("minimal", settings=traced, options=OPTIONS)
    run.wait(60)
    run.resume()
    run.wait(60)
    BackgroundLoop.current().close()
    spans = [span for span in collector.spans if span.parent is None]
    assert [span.attributes["workbench.run.status"] for span in spans] == ["paused", "completed"]
    assert len({span.trace for span in spans}) == 2
    assert len({span.attributes["session.id"] for span in spans}) == 1


def test_silent_endpoint_holds_up_nobody(traced, endpoint, collector, monkeypatch, caplog):
    """It takes the spans and never answers: the run ends, and so does the process."""
    from workbench.workflow import span_sender

    monkeypatch.setattr(span_sender, "CLOSE_LIMIT_S", 0.1)
    monkeypatch.setattr(span_sender, "_DELAY_MS", 1)
    collector.hangs = True
    endpoint.acts = [streams(AWARDS), streams(MEMBERSHIP)]
    run = draft(traced)
    assert run.snapshot.status == "completed"
    assert collector.asked.is_set()
    assert f"{collector.host} takes no spans" in caplog.text
    assert not collector.released.is_set()


@pytest.mark.parametrize("status", [0, 404, 500])
def test_useless_endpoint_is_one_line(traced, endpoint, collector, caplog, monkeypatch, status):
    from workbench.workflow import span_sender

    # A refused connection is tried again until then.
    monkeypatch.setattr(span_sender, "_EXPORT_S", 0.2)
    collector.status = status or 200
    address = collector.url if status else "http://127.0.0.1:9"
    endpoint.acts = [streams(AWARDS), streams(MEMBERSHIP)]
    with caplog.at_level(logging.INFO):
        run = draft(traced.model_copy(update={"tracing_endpoint": address}))
    assert run.snapshot.status == "completed"
    lines = [record.getMessage() for record in caplog.records]
    host = address.removeprefix("http://")
    assert len([line for line in lines if line.startswith(f"{host} takes no spans: they are dropped")]) == 1
    assert not [record for record in caplog.records if record.name.startswith("opentelemetry")]


def test_headers_are_ours_alone(traced, endpoint, collector, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-api-key=of-another,authorization=Bearer of-another")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "secret.project=parity")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
    endpoint.acts = [streams(AWARDS), streams(MEMBERSHIP)]
    headers = SecretStr("Authorization=Basic cGs6c2s=, x-langfuse-ingestion-version=4,x-list=a%2Cb")
    address = f"{collector.url}/api/public/otel/"
    draft(traced.model_copy(update={"tracing_endpoint": address, "tracing_headers": headers}))
    for each in collector.received:
        assert each.path == "/api/public/otel/v1/traces"
        assert each.headers["authorization"] == "Basic cGs6c2s="
        assert each.headers["x-langfuse-ingestion-version"] == "4"
        assert each.headers["x-list"] == "a,b"
    assert b"of-another" not in collector.bytes
    assert b"parity" not in collector.bytes
    assert len(collector.spans) == 7


def test_disabled_sdk_is_obeyed(traced, endpoint, collector, monkeypatch):
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    endpoint.acts = [streams(AWARDS), streams(MEMBERSHIP)]
    run = draft(traced)
    assert collector.received == []
    assert not [entry for entry in run.snapshot.logs if "traced" in entry.message]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tracing_endpoint": "otel.firm.example"}, "no address of an OTLP endpoint"),
        ({"tracing_endpoint": "grpc://otel.firm.example"}, "no address of an OTLP endpoint"),
        ({"tracing_endpoint": "http://[::1"}, "no address of an OTLP endpoint"),
        ({"tracing_endpoint": "https://pk:hunter2@otel.firm.example"}, "holds a name or password"),
        ({"tracing_headers": SecretStr("hunter2")}, "entry 1 is no header"),
        ({"tracing_headers": SecretStr("a=b, x y=hunter2")}, "entry 2 is no header"),
        ({"tracing_headers": SecretStr("a=hunter2%0Ab: c")}, "entry 1 is no header"),
    ],
)
def test_unusable_setting_is_one_line(traced, collector, changes, words):
    with pytest.raises(InputError) as caught:
        workbench.start("minimal", settings=traced.model_copy(update=changes), options=OPTIONS)
    assert words in str(caught.value)
    assert "WORKBENCH_TRACING_" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_extra_is_one_line(traced, monkeypatch):
    monkeypatch.delitem(sys.modules, "workbench.workflow.span_sender", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http", None)
    with pytest.raises(InputError) as caught:
        workbench.start("minimal", settings=traced, options=OPTIONS)
    assert "pip install 'eb1a-workbench[tracing]'" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_untraced_run_opens_no_span(settings, minimal):
    assert BackgroundLoop.current().trace(settings).host == ""
    with Trace().open_span("invoke_workflow", {"a": 1}) as trace, trace.open_span("draft", {}) as step:
        step.note({"b": 2})
    assert repr(step) == "<Trace: off>"


def test_threads_of_the_product_are_kept():
    made = str(uuid.uuid4())
    assert describe_thread(made)["gen_ai.conversation.id"] == made
    assert describe_thread("wu-1")["session.id"] == "4cb5b6d1-f52c-58cb-84ed-ab7c878cfd83"


@pytest.mark.parametrize(
    ("host", "address", "port"),
    [("llm.firm:8000", "llm.firm", 8000), ("[::1]:11434", "::1", 11434), ("a:b", "a:b", None), (None, None, None)],
)
def test_any_host_is_described(minimal, host, address, port):
    model = ScriptedModel(label="Ada's own")
    model.host = host
    assignment = Assignment(minimal, next(spec for spec in sections_for(minimal) if spec.section_id == "awards"))
    described = describe_request(model, WriterAgent(model).request(assignment), "awards@0", content=False)
    assert (described["server.address"], described["server.port"]) == (address, port)
    assert (described["gen_ai.provider.name"], described["gen_ai.request.model"]) == ("_OTHER", "Ada's own")
    assert "gen_ai.input.messages" not in described


SILENT = """
import workbench
from workbench.workflow.loop import BackgroundLoop
from workbench.server.app import create_app
from workbench.config import Settings
from starlette.testclient import TestClient

settings = Settings.from_env()
options = workbench.RunOptions(sections=("awards",), unattended=True)
run = workbench.start("minimal", settings=settings, options=options)
run.wait(60)
with TestClient(create_app(settings)) as client:
    assert client.get("/health").status_code == 200
BackgroundLoop.current().close()
print(run.snapshot.status)
"""


@pytest.mark.slow  # a process of its own, with a run, a server and its exit
def test_foreign_variables_send_nothing(collector, tmp_path):
    """Those of OpenTelemetry, LangSmith and FastAPI at once, in a process of its own: what it has is sent at exit."""
    url = collector.url
    foreign = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": url,
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{url}/v1/traces",
        "OTEL_EXPORTER_OTLP_HEADERS": "x-api-key=k",
        "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_METRICS_EXPORTER": "otlp",
        "OTEL_LOGS_EXPORTER": "otlp",
        "OTEL_ENABLED": "true",
        "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
        "LANGSMITH_TRACING": "true",
        "LANGSMITH_OTEL_ENABLED": "true",
        "LANGSMITH_ENDPOINT": url,
        "LANGSMITH_API_KEY": "k",
        "LANGCHAIN_TRACING_V2": "true",
        "LANGCHAIN_ENDPOINT": url,
        "LANGCHAIN_API_KEY": "k",
        "WORKBENCH_HOME": str(tmp_path / "home"),
        "WORKBENCH_CASES": str(CASES),
        "USE_REDIS": "false",
    }
    done = subprocess.run(
        [sys.executable, "-c", SILENT], env={**os.environ, **foreign}, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "completed", done.stderr
    assert collector.received == []
