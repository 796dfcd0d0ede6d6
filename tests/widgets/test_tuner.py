"""The tuner's Python side."""

from __future__ import annotations

import json
import threading

import pytest
from tuner_page import Wired, wu_case

from workbench.config import Settings
from workbench.drafting.request import ModelUsage
from workbench.drafting.scripted_model import ScriptedModel
from workbench.errors import InputError
from workbench.tuning.experiment.cells import ModelEntry
from workbench.workflow.loop import BackgroundLoop


@pytest.fixture
def tuner(tmp_path):
    model = ModelEntry("scripted", ScriptedModel(default="A secret sentence.\n", usage=ModelUsage(1200, 4, 0.5)))
    tuner = Wired(
        wu_case(), "background", settings=Settings(home=tmp_path), models=["offline", model], user_id="a.attorney"
    )
    yield tuner
    settle(tuner)
    tuner.close()
    BackgroundLoop.current().close()


def settle(tuner):
    for _ in range(2):
        tuner._worker.join()
        tuner._promotion_worker.join()
        tuner.session.wait()


def ask(tuner, **content):
    """The kernel's answers to a message, in order."""
    tuner._handle(tuner, content, [])
    settle(tuner)
    return heard(tuner)


def heard(tuner):
    said = []
    while not tuner.out.empty():
        said.append(json.loads(tuner.out.get()))
    return said


def of_type(said, kind):
    return [message for message in said if message["type"] == kind]


def test_hello_is_answered_with_state(tuner):
    [state] = [message["state"] for message in of_type(ask(tuner, type="hello"), "state")]
    assert (state["case"], state["section"], state["user"]) == ("wu", "background", "a.attorney")
    assert state["parts"]["section"]["text"] == tuner.prompt
    assert [version["standing"] for version in state["versions"]] == ["filing", "filing"]
    assert [model["name"] for model in state["models"]] == ["offline", "scripted"]
    assert state["preview"]["models"][0]["name"] == "scripted"
    assert {"name": "facts", "help": state["placeholders"][9]["help"], "required": ["section"]} in state["placeholders"]


def test_state_comes_before_hello(tuner, monkeypatch):
    monkeypatch.setattr("workbench.widgets.tuner.FIRST_STATE_S", 0.001)
    shown = threading.Event()
    send = tuner.send

    def listen(content, buffers=None):
        send(content, buffers)
        if content.get("first"):
            shown.set()

    def draft_slowly(*_):
        assert shown.wait(20)

    monkeypatch.setattr(tuner, "send", listen)
    monkeypatch.setattr(tuner.session, "run", draft_slowly)
    tuner.run()  # a cell that keeps the kernel busy
    assert of_type(heard(tuner), "state")[0]["state"]["case"] == "wu"

    ask(tuner, type="hello")
    monkeypatch.setattr(tuner.session, "run", lambda *_: threading.Event().wait(0.05))
    tuner.run()
    assert of_type(heard(tuner), "state") == []


def test_typed_text_is_checked_and_previewed(tuner):
    [answer] = of_type(
        ask(tuner, type="write", part="section", text=f"{tuner.prompt}{{{{fact}}}}\n", by="v1"), "checked"
    )
    assert answer["by"] == "v1"
    assert [remark["severity"] for remark in answer["remarks"]] == ["error"]
    assert "error" in answer["preview"]
    text = tuner.session.editor.buffer().original
    [answer] = of_type(ask(tuner, type="write", part="section", text=f"{text}Briefly.\n", by="v1"), "checked")
    assert answer["remarks"] == []
    assert answer["edited"]
    assert "Briefly." in answer["preview"]["user"][-1][0]


def test_only_last_typed_text_is_checked(tuner):
    text = tuner.prompt
    for count in range(20):
        tuner._handle(tuner, {"type": "write", "part": "section", "text": text + "x" * count, "by": "v1"}, [])
    settle(tuner)
    answers = of_type(heard(tuner), "checked")
    assert answers[-1]["text"] == text + "x" * 19
    assert tuner.prompt == text + "x" * 19


def test_run_sends_drafts_while_written(tuner):
    said = ask(tuner, type="run", versions=["filing"], models=["scripted"], repeats=2, request="r1")
    assert {"type": "accepted", "about": "run", "request": "r1"} in said
    states = [message["draft"]["status"] for message in of_type(said, "draft")]
    assert states.count("waiting") == 2
    assert states[-1] == "done"
    assert "".join(message["text"] for message in of_type(said, "text")) == "A secret sentence.\n" * 2
    assert [message["running"] for message in of_type(said, "running")][-1] is False
    last = of_type(said, "draft")[-1]["draft"]
    assert (last["input_tokens"], last["cost_usd"], last["cached"]) == (1200, 0.5, False)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"type": "run", "versions": [], "models": ["scripted"], "repeats": 1}, "nothing is chosen"),
        ({"type": "run", "versions": ["filing"], "models": ["gpt"], "repeats": 1}, "no model is called 'gpt'"),
        ({"type": "run", "versions": ["backgrund@1"], "models": ["scripted"], "repeats": 1}, "background"),
        ({"type": "run", "versions": ["filing"], "models": ["scripted"], "repeats": 0}, "whole number from 1 to 20"),
        ({"type": "run", "versions": ["filing"], "models": ["scripted"], "repeats": True}, "whole number from 1 to 20"),
        ({"type": "choose", "section": "nowhere"}, "unknown section 'nowhere'"),
        ({"type": "choose", "case": "../../etc"}, "no such case"),
        ({"type": "passages", "count": 1000}, "whole number from 0 to 100"),
        ({"type": "open", "ref": "awards@shipped"}, "another section"),
        ({"type": "redline", "old": "a|b|1", "new": "filing"}, "no draft"),
        ({"type": "rate", "draft": "a|b|1", "rating": 3}, "no draft"),
        ({"type": "save", "part": "section", "note": "x"}, "nothing has been changed"),
        ({"type": "promote", "ref": "background@shipped"}, "filing already"),
        ({"type": "rollback", "part": "section", "reason": "x"}, "no version of background was filing before"),
    ],
)
def test_failures_are_worded(tuner, content, said):
    [failure] = of_type(ask(tuner, **content, request="r9"), "failure")
    assert (failure["about"], failure["request"]) == (content["type"], "r9")
    assert said in failure["message"]
    assert "Traceback" not in failure["message"]


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"type": 7},
        {"type": "run", "versions": "filing", "models": None, "repeats": "2"},
        {"type": "write", "part": "section", "text": None},
        {"type": "write", "part": "awards", "text": "x"},
        {"type": "save", "part": "../x", "note": "x"},
        {"type": "close"},
    ],
)
def test_tuner_ignores_unknown_messages(tuner, content):
    before = tuner.prompt
    assert ask(tuner, **content) == []
    assert tuner.prompt == before


def test_traits_hold_no_text(tuner):
    tuner.prompt = f"{tuner.prompt}A confidential instruction.\n"
    tuner.run(["edit"])
    tuner.rate(0, 5, comment="A confidential remark.")
    state = {name: value for name, value in tuner.get_state().items() if name not in {"_esm", "_css"}}
    assert state["head"] == {"case": "wu", "section": "background"}
    kept = json.dumps(state, default=str)
    for words in ("confidential", "secret", "Frozen facts", "Wu "):
        assert words not in kept


def test_methods_do_what_buttons_do(tuner):
    with pytest.raises(InputError, match="benefciary"):
        tuner.edit(f"{tuner.prompt}{{{{benefciary}}}}\n")
    tuner.prompt = f"{tuner.session.editor.buffer().original}Briefly.\n"
    assert tuner.run(repeats=2).frame.shape[0] == 4
    assert tuner.text(0) == "A secret sentence.\n"
    tuner.rate(0, 4)
    assert tuner.results["rating"][0] == 4
    version = tuner.save("brief")
    assert not tuner.promote(version.ref).promoted
    assert tuner.promote(version.ref, override="a rehearsal").promoted
    assert tuner.rollback("over").ref != version.ref
    assert repr(tuner) == "Tuner(wu, background: 4 drafts)"
    tuner.open_version(version.ref)
    assert tuner.prompt == version.text
