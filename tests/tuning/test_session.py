"""One tuning session from edit to rollback.

What goes wrong is said where it belongs.
"""

from __future__ import annotations

import asyncio
import shutil
import threading

import pytest

from workbench.case.document_cache import DOCUMENTS
from workbench.config import Settings
from workbench.drafting.request import ModelUsage
from workbench.drafting.scripted_model import ScriptedModel
from workbench.errors import InputError, ModelError, ModelRefusedError, TransitionError
from workbench.tuning.experiment.cells import ModelEntry
from workbench.tuning.prompt_store import PromptStore
from workbench.tuning.tuner.session import TuningSession
from workbench.tuning.tuner.trials import COLUMNS
from workbench.workflow.loop import BackgroundLoop

SENTENCE = "Answer in one sentence."
TWO = "A first sentence. And a second one [@nosuch, p. 1].\n"


class Heeding(ScriptedModel):
    """Model that writes what its prompt asks for.

    So two versions can be told apart. It counts as an endpoint would.
    """

    async def stream(self, request):
        words = "One sentence.\n" if SENTENCE in request.user else TWO
        self._answers = {request.section_id: (words,)}
        async for chunk in super().stream(request):
            yield chunk


@pytest.fixture
def settings(tmp_path, read_exhibits):
    shutil.copytree(read_exhibits, tmp_path / DOCUMENTS)
    yield Settings(home=tmp_path)
    BackgroundLoop.current().close()


@pytest.fixture
def model():
    return Heeding(usage=ModelUsage(1200, 30, 0.25))


@pytest.fixture
def session(settings, model):
    session = TuningSession(
        "wu", "background", settings=settings, models=["offline", ModelEntry("scripted", model)], user_id="a.attorney"
    )
    yield session
    session.close()


def edit(session, sentence=SENTENCE):
    return session.editor.write(f"{session.editor.buffer().original}{sentence}\n")


def test_session_opens_active_prompt(session, settings):
    sheet = session.editor.buffer()
    assert sheet.base == PromptStore(settings).active("background").ref
    assert not session.editor.is_edited
    assert session.editor.problems() == ()
    assert session.models.reader == "scripted"
    assert len(session.assignment.passages) == 12


@pytest.mark.parametrize(
    ("arguments", "more", "said"),
    [
        (("nowhere", "background"), {}, "no such case"),
        (("wu", "backgroud"), {}, "did you mean 'background'"),
        (("wu", "background"), {"models": ["offlin"]}, "did you mean 'offline'"),
        (("wu", "background"), {"models": []}, "no model is named"),
        (("wu", "background"), {"passages": -1}, "whole number from 0 to 100"),
        (("wu", "background"), {"passages": True}, "whole number from 0 to 100"),
    ],
)
def test_session_refuses_bad_arguments(settings, arguments, more, said):
    with pytest.raises(InputError, match=said):
        TuningSession(*arguments, settings=settings, **more)


def test_invalid_edit_is_not_run(session):
    text = session.editor.buffer().original
    last = text.count("\n")
    found = session.editor.write(f"{text}{{{{benefciary}}}}\nzero\u200bwidth\n")
    assert [(remark.line, remark.severity) for remark in found] == [(last + 1, "error"), (last + 2, "warning")]
    assert "did you mean {{beneficiary}}?" in found[0].message
    with pytest.raises(InputError, match="benefciary") as caught:
        session.run(["edit"])
    assert [problem.line for problem in caught.value.problems] == [last + 1]
    assert session.run(["filing"]).drafts[0].status == "done", "what is filed can be run all the same"


def test_empty_prompt_is_an_error(session):
    assert "the prompt is empty; write one, or open a version" in [
        remark.message for remark in session.editor.write(" \n")
    ]


def test_versions_and_repeats_table(session, model):
    edit(session)
    table = session.run(repeats=2)
    frame = table.frame
    assert list(frame.columns) == list(COLUMNS)
    base = session.editor.buffer().base
    assert list(zip(frame["prompt"], frame["repeat"], strict=True)) == [
        (base, 1),
        (base, 2),
        ("edit 1", 1),
        ("edit 1", 2),
    ]
    assert set(frame["status"]) == {"done"}
    assert list(frame["words"]) == [10, 10, 2, 2]
    assert list(frame["errors"]) == [1, 1, 1, 1]
    errors = [[each.check for each in draft.findings if each.severity == "error"] for draft in table.drafts]
    assert errors == [["exhibit-exists"]] * 2 + [["no-evidence"]] * 2
    assert set(frame["cost_usd"]) == {0.25}
    assert len(set(frame["prompt_version"])) == 2
    assert all(version.startswith("background@") and "+" in version for version in frame["prompt_version"])
    html = table._repr_html_()
    assert "edit 1" in html
    assert "One sentence" not in html, "a table that is saved in a notebook has no word of a draft"


def test_token_count_is_learnt(session):
    assert not session.preview("scripted")[1].counted
    session.run()
    assert (session.preview("scripted")[1].count, session.preview("scripted")[1].counted) == (1200, True)


def test_saved_edit_renames_its_drafts(session):
    edit(session)
    session.run(["edit"])
    saved = session.save("shorter")
    assert list(session.results.frame["prompt"]) == [saved.ref]
    assert not session.editor.is_edited
    assert (saved.note, saved.author, saved.parent) == (
        "shorter",
        "a.attorney",
        PromptStore(session.settings).active("background").ref,
    )
    edit(session, "Another.")
    assert session.run(["edit"]).frame["prompt"][0] == "edit 2", "a name is given once"


def test_save_needs_change_and_note(session):
    with pytest.raises(InputError, match="nothing has been changed"):
        session.save("why")
    edit(session)
    with pytest.raises(InputError, match="no note"):
        session.save(" ")


def test_system_message_edit_and_save(session):
    text = session.editor.buffer("system").text
    session.editor.write(f"{text}- Write short sentences.\n", "system")
    assert session.editor.is_edited
    session.run(["edit"])
    saved = session.save("short sentences", part="system")
    assert saved.section_id == "system"
    base = session.editor.buffer().base
    assert list(session.results.frame["prompt"]) == [f"{base}+{saved.ref}"]
    assert session.run([saved.ref]).frame["prompt_version"][0] == session.results.frame["prompt_version"][0]


def test_failing_model_fails_alone(settings):
    models = [
        ModelEntry("broken", ScriptedModel({"background": (ModelError("it refused to write this"),)})),
        ModelEntry("away", ScriptedModel(on_check=None)),
        ModelEntry("odd", ScriptedModel({"background": (KeyError("what"),)})),
    ]
    session = TuningSession("wu", "background", settings=settings, models=models)
    frame = session.run(models=["broken", "odd", "away"]).frame.set_index("model")
    assert frame.loc["broken", "error"] == "it refused to write this"
    assert frame.loc["odd", "error"] == "KeyError: 'what'"
    assert frame.loc["away", "status"] == "done"
    with pytest.raises(InputError, match="not finished"):
        session.rate(0, rating=5)
    session.close()


def test_unreachable_model_fails_its_drafts(settings, session):
    async def refused(name):
        raise ModelRefusedError(*_problems("the endpoint cannot be reached"))

    session.models.ready = refused
    assert [draft.error for draft in session.run(repeats=2).drafts] == [
        "OPENAI_BASE_URL: the endpoint cannot be reached; look"
    ] * 2


def _problems(what):
    from workbench.errors import Problem

    return (Problem(what, "look", field="OPENAI_BASE_URL"),)


def test_stop_keeps_what_has_streamed(settings):
    begun = threading.Event()

    class Endless(ScriptedModel):
        async def stream(self, request):
            async for chunk in super().stream(request):
                yield chunk
                begun.set()
                await asyncio.sleep(3600)

    session = TuningSession(
        "wu", "background", settings=settings, models=[ModelEntry("slow", Endless(default="Begun and never ended."))]
    )
    ids = session.start(["filing"], repeats=4)
    assert begun.wait(30)
    with pytest.raises(TransitionError, match="drafts are being written"):
        session.start(["filing"])
    with pytest.raises(TransitionError):
        session.choose(section="awards")
    session.stop()
    session.wait()
    drafts = [session.drafts.get(draft_id) for draft_id in ids]
    assert [draft.status for draft in drafts] == ["stopped"] * 4
    assert drafts[0].text.startswith("Begun")
    assert not session.running
    session.close()


def test_session_closes_on_loop_thread(session):
    """A widget that is garbage-collected there closes its session."""
    session.run(["filing"], ["scripted"])
    loop = BackgroundLoop.current()
    closed = threading.Event()

    async def close_models():
        closed.set()

    session.models.aclose = close_models

    async def collect():
        session.close()

    loop.submit(collect()).result(20)
    assert closed.wait(20)


def test_session_closes_without_loop(session):
    """A widget that is garbage-collected after the loop was closed starts no other loop."""
    session.run(["filing"], ["scripted"])
    BackgroundLoop.current().close()
    session.close()
    assert BackgroundLoop.find() is None


def test_ratings_follow_the_text(session, settings, model):
    session.run()
    session.rate(0, rating=4)
    said = session.rate(0, comment="Good.", kept=True)
    assert (said.rating, said.comment, said.kept) == (4, "Good.", True)
    assert session.rate(0, rating=0).rating is None
    again = TuningSession(
        "wu", "background", settings=settings, models=[ModelEntry("scripted", model)], user_id="a.attorney"
    )
    [draft] = again.run().drafts
    assert (draft.rating, draft.comment, draft.kept) == (None, "Good.", True)
    other = TuningSession(
        "wu", "background", settings=settings, models=[ModelEntry("scripted", model)], user_id="m.chen"
    )
    assert other.run().drafts[0].comment == ""
    again.close()
    other.close()


def test_redlines_of_drafts_and_prompts(session):
    edit(session)
    session.run()
    drafts = session.redline(0, 1)
    assert (drafts.words_inserted, drafts.words_deleted) == (2, 8)
    prompts = session.redline("filing", "edit")
    assert (prompts.words_inserted, prompts.words_deleted, prompts.same) == (4, 0, False)
    assert "<ins>" in prompts._repr_html_()
    assert session.redline("filing", "shipped").same
    assert session.redline("edit:system", "edit:system").same
    for name in (7, "nowhere|x|1", "backgrund@12"):
        with pytest.raises(InputError):
            session.redline(name, "filing")


def test_redline_escapes_html(session):
    edit(session, "<img src=x onerror=alert(1)> Answer.")
    html = session.redline("filing", "edit")._repr_html_()
    assert "<img" not in html
    assert "&lt;img" in html


def test_session_gate_and_override(session, settings):
    filed = PromptStore(settings).active("background").ref
    edit(session)
    saved = session.save("shorter")
    verdict = session.promote(saved.ref)
    assert (verdict.decision, verdict.promoted) == ("undecided", False)
    assert PromptStore(settings).active("background").ref == filed
    assert session.promote(saved.ref, override="a rehearsal").promoted
    assert PromptStore(settings).active("background").ref == saved.ref
    assert PromptStore(settings).history("background")[-1].reason == "a rehearsal"
    assert session.rollback("enough").ref == filed
    assert PromptStore(settings).active("background").ref == filed


def test_edit_survives_section_change(session):
    edit(session)
    session.run(["edit"])
    session.choose(section="awards")
    assert session.here == ()
    assert session.editor.buffer().part == "awards"
    assert not session.editor.is_edited
    with pytest.raises(InputError, match="another section"):
        session.editor.open_version("background@shipped")
    session.choose(section="background")
    assert SENTENCE in session.editor.buffer().text
    assert len(session.here) == 1
    with pytest.raises(InputError):
        session.choose(case="nowhere")
    assert session.case.case_id == session.here[0].cell.case_id


def test_passages_change_the_prompt(session):
    session.set_passages(2)
    shown, _ = session.preview()
    assert len(shown.passages) == 2
    session.run()
    session.set_passages(3)
    session.run()
    assert len(session.here) == 2
