"""The gate's commands on golden cases.

A scripted endpoint answers ``workbench gate`` and ``workbench prompts promote``.
"""

from __future__ import annotations

import json

import pytest
from planted import SECTION, make_golden, worth
from scripted_endpoint import Endpoint, completes, streams

import workbench.cli
from workbench.cli import gate as command
from workbench.config import Settings
from workbench.tuning.prompt_store import PromptStore
from workbench.workflow.loop import BackgroundLoop

GOOD = "Dr. Example received the Invented Medal [@medal, p. 1].\n"
BAD = "Dr. Example won [TODO] [@medal, p. 1].\n"


@pytest.fixture(scope="module")
def golden(tmp_path_factory):
    return make_golden(tmp_path_factory.mktemp("golden"), 8)


class Writes:
    """Acts that answer by what the prompt says.

    There are as many as are asked for.
    """

    def __init__(self) -> None:
        self.asked = 0

    def pop(self, _index):
        self.asked += 1

        def act(reply):
            prompt = json.dumps(reply.server.asked[-1].body["messages"])
            text = BAD if "Worth 50" in prompt else GOOD
            (streams(text) if reply.server.asked[-1].body.get("stream") else completes())(reply)

        return act

    def __bool__(self) -> bool:
        return True


@pytest.fixture
def firm(tmp_path, golden, monkeypatch):
    """An environment with golden cases and a model."""
    with Endpoint() as endpoint:
        endpoint.acts = Writes()
        for name, value in {
            "WORKBENCH_HOME": tmp_path / "home", "WORKBENCH_GOLDEN": golden, "WORKBENCH_MODEL": "small-model",
            "OPENAI_BASE_URL": endpoint.url, "OPENAI_API_KEY": "sk-test",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, str(value))
        yield PromptStore(Settings.from_env())
        BackgroundLoop.current().close()


@pytest.fixture
def cli(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")

    def run(*arguments):
        status = workbench.cli.run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def test_refusal_shows_redline(firm, cli, tmp_path):
    ref = worth(firm, 50, "x")
    page = tmp_path / "verdict.html"
    status, out, err = cli("gate", ref, "--repeats", "1", "--html", page)
    assert status == 1
    assert out.startswith(
        "refuse: It makes 8 errors that the filing version does not make: case-00, awards: placeholder"
    )
    assert "case-07" in out
    assert "{+won [TODO]+}" in out
    assert "small-model at 127.0.0.1" in err, "who is asked is said"
    assert "<ins>" in page.read_text()
    assert firm.active(SECTION).ref != ref


def test_json(firm, cli):
    status, out, err = cli("gate", worth(firm, 70, "x"), "--repeats", "1", "--no-worse", "--json")
    answer = json.loads(out)
    assert (status, err) == (0, "")
    assert (answer["decision"], answer["n"], answer["claim"]) == ("promote", 8, "no worse")
    assert len(answer["table"]) == 8


def test_promote_goes_through_the_gate(firm, cli):
    ref = worth(firm, 50, "x")
    status, out, _ = cli("prompts", "promote", ref, "--json")
    assert status == 1
    assert json.loads(out)["verdict"]["decision"] == "refuse"
    status, out, _ = cli("prompts", "promote", ref, "--override", "a test of nerves", "--json")
    assert (status, json.loads(out)["promoted"]) == (0, True)
    assert firm.active(SECTION).ref == ref
    status, _, _ = cli("prompts", "rollback", SECTION, "--reason", "nerves failed")
    assert status == 0
    assert firm.active(SECTION).shipped


def test_bad_input_is_one_line(firm, cli):
    for arguments, said in (
        (("gate", "awards@ffff"), "awards@ffff"),
        (("gate", worth(firm, 50, "x"), "--model", "offline"), "the offline assembler reads no prompt"),
        (("gate", worth(firm, 50, "x"), "--budget-usd", "-1"), "budget_usd"),
    ):
        status, out, err = cli(*arguments)
        assert (status, out) == (2, "")
        assert said in err
        assert err.count("\n") == 1


def test_gate_options_from_command_line():
    assert command.build_gate_options(("local",), None, False, None, 5, show=False).budget_tokens == 5
