"""A run whose model is an endpoint on the network.

It is about what it is sent, what it costs, and what a refusal in mid-run does.
"""

from __future__ import annotations

import json
import shutil

import pytest
from scripted_endpoint import fails, streams

import workbench
import workbench.cli
from workbench.errors import RunFailedError
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

from .conftest import CASES

AWARDS = "Dr. Example received the Invented Medal for Chemistry on 4 May 2021 [@medal, p. 1].\n"
MEMBERSHIP = "Dr. Example was elected a Fellow of the Invented Academy of Chemistry [@academy, p. 1].\n"
OPTIONS = RunOptions(unattended=True, sequential=True, max_revisions=0, sections=("awards", "membership"))


def test_request_names_section_and_counts_tokens(online, endpoint):
    endpoint.acts = [streams(*AWARDS.split(" ")), streams(MEMBERSHIP)]
    snapshot = workbench.start("minimal", settings=online, options=OPTIONS).wait(60)
    assert snapshot.status == "completed"
    assert [asked.headers["x-workbench-section"] for asked in endpoint.posted] == ["awards", "membership"]
    assert (snapshot.usage.input_tokens, snapshot.usage.output_tokens) == (200, 40)
    assert snapshot.usage.cost_usd is None, "a price that no table knows is unknown, not zero"
    assert snapshot.section("awards").tokens_used == 120
    assert endpoint.host in snapshot.model


def test_refused_key_pauses_run(online, endpoint, monkeypatch, capsys):
    endpoint.acts = [streams(AWARDS), fails(401, message="key revoked")]
    run = workbench.start("minimal", settings=online, options=OPTIONS, thread_id="refused-1")
    snapshot = run.wait(60)
    assert snapshot.status == "paused"
    assert "refuses the key" in (snapshot.error or "")
    assert snapshot.section("awards").status == "completed"
    assert snapshot.section("membership").status == "pending"
    BackgroundLoop.current().close()

    endpoint.acts = [streams(MEMBERSHIP)]
    for name, value in {
        "WORKBENCH_HOME": str(online.home),
        "WORKBENCH_MODEL": "small-model",
        "OPENAI_BASE_URL": endpoint.url,
        "OPENAI_API_KEY": "sk-new",
        "WORKBENCH_CASES": str(CASES),
    }.items():
        monkeypatch.setenv(name, value)
    assert workbench.cli.run(["resume", "refused-1", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] == "completed"
    assert [asked.headers["x-workbench-section"] for asked in endpoint.posted] == ["awards", "membership", "membership"]
    assert answer["usage"]["input_tokens"] == 200, "what the first process spent still counts"


def test_neither_key_nor_request_is_stored(online, endpoint):
    """The prompts are kept with the run as written.

    What they were filled with for the model is not.
    """
    endpoint.acts = [streams(AWARDS), streams(MEMBERSHIP)]
    run = workbench.start("minimal", settings=online, options=OPTIONS)
    run.wait(60)
    loop = BackgroundLoop.current()
    kept = b"".join(e.to_json() for e in loop.call(loop.call(loop.store(online)).events(run.thread_id)))
    files = b"".join(path.read_bytes() for path in online.home.rglob("*") if path.is_file())
    filled = b"The beneficiary is Dr. Example ("
    assert filled.decode() in endpoint.posted[0].body["messages"][0]["content"]
    assert b"You are a senior associate" not in kept
    for secret in (b"sk-test", filled):
        assert secret not in kept
        assert secret not in files


def test_empty_answers_are_charged_and_pause(online, endpoint):
    endpoint.acts = [streams(""), streams("")]
    options = OPTIONS.model_copy(update={"budget_tokens": 200})
    snapshot = workbench.start("minimal", settings=online, options=options).wait(60)
    assert snapshot.status == "paused"
    assert "limit of 200 tokens is reached (240 spent)" in (snapshot.error or "")
    assert (snapshot.usage.input_tokens, snapshot.usage.output_tokens) == (200, 40)
    assert snapshot.section("awards").tokens_used == 240
    assert len(endpoint.posted) == 2


def test_broken_ending_is_cut_off(online, endpoint):
    endpoint.acts = [streams(AWARDS, finish="network_error")] * 2 + [streams(MEMBERSHIP)]
    snapshot = workbench.start("minimal", settings=online, options=OPTIONS).wait(60)
    section = snapshot.section("awards")
    assert section.status == "needs_review"
    assert section.findings[0].check == "cut-off"
    assert section.content == AWARDS
    assert section.tokens_used == 240


def test_prompt_fits_after_refusal(online, endpoint):
    said = "This model's maximum context length is 6144 tokens."
    endpoint.acts = [fails(400, message=said), streams(MEMBERSHIP)]
    run = workbench.start("minimal", settings=online, options=OPTIONS)
    with pytest.raises(RunFailedError, match=said):
        run.wait(60)
    snapshot = run.snapshot
    assert snapshot.section("awards").status == "failed"
    assert snapshot.section("membership").status == "completed"
    first, second = (asked.body for asked in endpoint.posted)
    # An eighth of the context is for the answer.
    assert second["max_completion_tokens"] == 6144 // 8 < first["max_completion_tokens"]
    letters = sum(len(message["content"]) for message in second["messages"])
    assert letters <= (6144 - 6144 // 8) * 2.5


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("The model small-model does not exist", "has no model 'small-model'"),
        ("Not Found", "has no Chat Completions at this address"),
    ],
)
def test_wrong_model_or_address_fails_sections(online, endpoint, message, words):
    # Gone between the check and the first request; the check itself would refuse the run.
    endpoint.acts = [fails(404, message=message), streams(MEMBERSHIP)]
    run = workbench.start("minimal", settings=online, options=OPTIONS)
    with pytest.raises(RunFailedError, match=words):
        run.wait(60)
    assert [section.status for section in run.snapshot.sections] == ["failed", "completed"]


def test_run_has_options_of_its_own(online, endpoint):
    endpoint.acts = [streams(AWARDS), streams(MEMBERSHIP)]
    chosen = {"max_output_tokens": 777, "reasoning_effort": "low", "temperature": 0.5}
    # The settings' further fields are refused no more than the run's own: stores are found by settings that hold them.
    online = online.model_copy(update={"extra_body": {"seed": 1}})
    options = OPTIONS.model_copy(update={**chosen, "extra_body": {"top_p": 0.9}})
    workbench.start("minimal", settings=online, options=options).wait(60)
    for asked in endpoint.posted:
        sent = {**asked.body, "max_output_tokens": asked.body["max_completion_tokens"]}
        assert {**chosen, "top_p": 0.9}.items() <= sent.items()
        assert "seed" not in sent


@pytest.fixture
def written(tmp_path, monkeypatch, endpoint):
    """Writes the .env of the working folder, for this endpoint."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKBENCH_CASES", str(CASES))

    def write(folder=tmp_path, key="sk-file"):
        path = folder / ".env"
        path.write_text(f"OPENAI_BASE_URL={endpoint.url}\nWORKBENCH_MODEL=small-model\nOPENAI_API_KEY={key}\n")
        path.chmod(0o600)
        return path

    return write


def test_env_file_of_working_folder(written, endpoint, caplog):
    path = written()
    endpoint.acts = [streams(AWARDS), streams(MEMBERSHIP)]
    snapshot = workbench.start("minimal", options=OPTIONS).wait(60)
    assert snapshot.status == "completed"
    assert endpoint.posted[0].headers["authorization"] == "Bearer sk-file"
    assert f"{path} gives OPENAI_BASE_URL, WORKBENCH_MODEL, OPENAI_API_KEY" in caplog.messages
    assert "sk-file" not in caplog.text
    # Viewers of the run learn nothing of the attorney's folders.
    assert str(path) not in snapshot.to_json().decode()


def test_env_file_beside_case(written, endpoint, tmp_path, caplog):
    folder = tmp_path / "case"
    shutil.copytree(CASES / "minimal", folder)
    path = written(folder)
    endpoint.acts = [streams(AWARDS), streams(MEMBERSHIP)]
    assert workbench.start(folder, options=OPTIONS).wait(60).status == "completed"
    assert len(endpoint.posted) == 2
    BackgroundLoop.current().close()

    path.write_text(path.read_text().replace(endpoint.url, "https://elsewhere.example/v1"))
    caplog.clear()
    snapshot = workbench.start(folder, options=OPTIONS).wait(60)
    assert snapshot.model.startswith("offline")
    assert "not taken from there: OPENAI_BASE_URL, WORKBENCH_MODEL, OPENAI_API_KEY" in caplog.text


def test_wrong_key_names_its_file(written, endpoint, capsys):
    path = written(key="sk-wrong")
    endpoint.listing = fails(401, message="Incorrect API key provided: sk-wrong")
    assert workbench.cli.run(["draft", "minimal", "--unattended", "--json"]) == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith(f"{path}: OPENAI_API_KEY: {endpoint.host} refuses the key (HTTP 401)")
    assert "sk-wrong" not in error
    path.write_text(path.read_text().replace("sk-wrong", "sk wrong"))
    assert workbench.cli.run(["draft", "minimal", "--unattended", "--json"]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"{path}: OPENAI_API_KEY: not a key")
    assert workbench.cli.run(["status"]) == 0
    assert f"settings: {path} gives OPENAI_BASE_URL" in capsys.readouterr().out
