"""Optimizer on real runs, with GEPA's search.

Its models are scripted or served.
"""

from __future__ import annotations

import json
import re
import socket
import stat
import tempfile
from pathlib import Path

import pytest
from planted import PlantedModel, make_golden
from scripted_endpoint import Endpoint, completes, fails, streams

import workbench
import workbench.cli
from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.drafting.request import Chunk
from workbench.drafting.scripted_model import ScriptedModel
from workbench.errors import InputError, ModelError
from workbench.text.encryption import new_key
from workbench.tuning.experiment.cells import ModelEntry
from workbench.tuning.learning.lessons import lessons_for, split_lessons
from workbench.tuning.learning.optimize import Plan, optimize, read_evidence
from workbench.tuning.prompt_store import PromptStore
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

ONE_SECTION = RunOptions(max_revisions=0, sections=("awards",))
DRAFT = "Dr. Example won a medal of the academy [@medal, p. 1].\n"


def approve_all(settings, cases):
    """Approves a run of each case.

    Each is rejected first, then edited by hand to the approved text.
    """
    for folder in sorted(cases.iterdir()):
        case = load_case(folder, settings=settings)
        run = workbench.start(case, settings=settings, model=ScriptedModel({"awards": [DRAFT]}), options=ONE_SECTION)
        run.wait(60)
        run.reject("awards", "Argue every element.", user_id="b.partner")
        run.wait(60)
        run.edit("awards", (folder / "approved" / "awards.md").read_text(), user_id="b.partner")
        run.approve("awards", user_id="a.signer")
        run.wait(60)


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return make_golden(tmp_path_factory.mktemp("cases"), 6)


@pytest.fixture(scope="module")
def home(cases):
    """Home with approved runs.

    Each test takes the archive to a home of its own.
    """
    home = Path(tempfile.mkdtemp(prefix="wb-"))
    approve_all(Settings(home=home, cases=cases, use_redis=False), cases)
    BackgroundLoop.current().close()
    return home


@pytest.fixture
def settings(home, cases, tmp_path):
    own = tmp_path / "home"
    own.mkdir(mode=0o700)
    for part in ("archive", "runs"):
        (own / part).symlink_to(home / part)
    return Settings(home=own, cases=cases, use_redis=False)


@pytest.fixture(autouse=True)
def closed_loop():
    yield
    BackgroundLoop.current().close()


class Improves(PlantedModel):
    """Model that answers reflections in turn.

    It answers a template that is worth so much, or other words.
    """

    def __init__(self, *answers, **how) -> None:
        super().__init__(1, **how)
        self.answers = list(answers)
        self.reflections: list[str] = []

    async def stream(self, request):
        if request.section_id != "optimize":
            async for chunk in super().stream(request):
                yield chunk
            return
        self.reflections.append(request.user)
        answer = self.answers.pop(0) if self.answers else "I have no idea."
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            template = re.search(r"<template>\n(.*?)\n</template>", request.user, re.DOTALL)[1]
            template = re.sub(r"\n*Worth \d+\.", "", template)
            answer = f"<template>\n{template}\n\nWorth {answer}.\n</template>"
        yield Chunk(text=answer)
        yield Chunk(usage=self._usage)


def plan(model, **how):
    return Plan(open_model=ModelEntry("planted", model), **{"rounds": 4, **how})


def test_better_prompt_is_saved_with_evidence(settings):
    store, model = PromptStore(settings), Improves(60, 85, 95)
    said = []
    found = optimize(settings, "awards", plan(model, say=said.append))
    assert (found.lessons, found.measured_on, found.held_back, found.asked) == (6, 3, True, 4)
    best = found.found[0]
    assert best.score > found.score + 0.05
    assert [one.score for one in found.found] == sorted((one.score for one in found.found), reverse=True)
    version = store.get(best.ref)
    assert store.standing(best.ref) == "candidate"
    assert store.active("awards").shipped, "nothing files by itself"
    assert "Worth 95" in version.text
    assert (version.parent, version.author) == (found.filing, "workbench optimize (planted model)")
    assert version.note.startswith("proposed by gepa: 0.")
    assert any("the filing version scores" in line for line in said)
    evidence = read_evidence(settings, best.ref)
    assert evidence["score"] == best.score
    assert len(evidence["measured"]) == 3
    assert evidence["measured"][0]["candidate"]["draft"]
    assert evidence["reflection"]["examples"][0]["said"] == "rejected: Argue every element."
    assert found.dropped == {"the answer holds no template": 1}
    file = settings.home / "tuning" / "evidence" / best.evidence
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_reflection_request_lists_the_findings(settings):
    model = Improves(85)
    optimize(settings, "awards", plan(model, rounds=1))
    [asked] = model.reflections
    assert "rejected: Argue every element." in asked
    assert "[-" in asked
    assert "{{facts}}" in asked
    assert "Put nothing of these examples into it" in asked


def test_no_improvement_saves_nothing(settings):
    store = PromptStore(settings)
    found = optimize(settings, "awards", plan(Improves(40, 30), rounds=2))
    assert found.found == ()
    assert "nothing better was found (proposals: 2); the filing version stays" in str(found)
    assert len(store.versions("awards")) == 1


def test_dropped_proposals_are_counted_by_reason(settings):
    answers = ["<template>Be as good as for Ada Example.</template>", "<template>{{oops}}</template>", ModelError("x")]
    found = optimize(settings, "awards", plan(Improves(*answers, 90)))
    assert found.dropped == {
        "it names a person, an exhibit or a title of a case": 1,
        "it cannot be used as a prompt: unknown placeholder {{oops}}": 1,
        "the model gave no answer: x": 1,
    }
    assert len(found.found) == 1


def test_budget_covers_drafts_and_reflections(settings):
    model = Improves(85, 90, 95)
    found = optimize(settings, "awards", plan(model, budget_tokens=1_500, concurrency=1))
    assert found.spent_tokens <= 1_500 + 200, "a call that has begun ends"
    assert "limit of 1500 tokens" in found.ended
    too_small = optimize(settings, "awards", plan(Improves(85), budget_tokens=100, concurrency=1))
    assert (too_small.score, too_small.found) == (None, ())


def test_optimizer_opens_no_connection(settings, monkeypatch):
    """The model of this test needs no connection.

    Whoever connects would be the package.
    """
    tried = []

    def refuses(_socket, address):
        tried.append(address)
        raise OSError("this test has no network")

    monkeypatch.setattr(socket.socket, "connect", refuses)
    monkeypatch.setattr(socket.socket, "connect_ex", refuses)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *where, **_: refuses(None, where))
    assert optimize(settings, "awards", plan(Improves(85), rounds=1)).found
    assert tried == []


def test_interrupt_keeps_found_candidates(settings):
    def say(line):
        if line.startswith("proposal 2 of 4 is"):
            raise KeyboardInterrupt

    found = optimize(settings, "awards", plan(Improves(85, 95, 99), say=say))
    assert found.ended == "interrupted"
    assert len(found.found) == 1
    assert "Worth 85" in PromptStore(settings).get(found.found[0].ref).text


def test_optimizer_needs_enough_lessons(settings, cases):
    with pytest.raises(InputError, match="'benefit' has 0 approved sections to learn from, and needs 3"):
        optimize(settings, "benefit", plan(Improves()))
    golden = settings.model_copy(update={"golden": cases})
    with pytest.raises(InputError, match="case case-00 is a golden case"):
        optimize(golden, "awards", plan(Improves()))
    with pytest.raises(InputError, match="the offline assembler reads no prompt"):
        optimize(settings, "awards", Plan(model="offline"))
    with pytest.raises(InputError, match="did you mean"):
        optimize(settings, "award", plan(Improves()))


def test_system_prompt_learns_from_all_sections(settings):
    found = optimize(settings, "system", plan(Improves(), rounds=1))
    assert (found.lessons, found.filing) == (6, PromptStore(settings).active("system").ref)


def test_missing_case_is_left_out(home, tmp_path, cases):
    gone = make_golden(tmp_path / "gone", 4)
    own = Settings(home=tmp_path / "h", cases=gone, use_redis=False)
    approve_all(own, gone)
    (gone / "case-01" / "case.yaml").unlink()
    lessons, left_out = lessons_for(own, "awards")
    assert [lesson.place[0] for lesson in lessons] == ["case-00", "case-02", "case-03"]
    assert len(left_out) == 1
    assert split_lessons(lessons) == (lessons, lessons)


def test_optimizer_writes_only_encrypted_files(settings, monkeypatch, capsys):
    """The whole command asks only the one endpoint.

    It writes no file but those under the home, with sealed texts.
    """
    key = new_key()
    with Endpoint() as endpoint:
        endpoint.acts = Acts()
        for name, value in {
            "WORKBENCH_HOME": settings.home, "WORKBENCH_CASES": settings.cases, "USE_REDIS": "false",
            "WORKBENCH_MODEL": "small-model", "OPENAI_BASE_URL": endpoint.url, "OPENAI_API_KEY": "sk-test",
            "WORKBENCH_ENCRYPTION_KEY": key,
        }.items():  # fmt: skip
            monkeypatch.setenv(name, str(value))
        here = settings.home.parent / "here"
        here.mkdir()
        monkeypatch.chdir(here)
        status = workbench.cli.run(["optimize", "awards", "--rounds", "2", "--json"])
        printed = capsys.readouterr()
        BackgroundLoop.current().close()
    answer = json.loads(printed.out[printed.out.index("{") :])
    assert (status, printed.err) == (0, "")
    assert answer["found"], answer
    assert {asked.headers["x-workbench-section"] for asked in endpoint.posted[1:]} == {"awards", "optimize"}
    assert list(here.iterdir()) == []
    written = [path for path in settings.home.rglob("*") if path.is_file()]
    assert {path.relative_to(settings.home).parts[0] for path in written} <= {"tuning", "prompts"}
    for path in (settings.home / "tuning").rglob("*"):
        if path.is_file():
            assert b"Invented Medal" not in path.read_bytes(), path
    assert read_evidence(Settings.from_env(), answer["found"][0]["ref"])["measured"]


class Acts:
    """Model that writes better where the prompt asks."""

    def __bool__(self) -> bool:
        return True

    def pop(self, _index):
        def act(reply):
            asked = reply.server.asked[-1]
            if not asked.body.get("stream"):
                return completes()(reply)
            user = asked.body["messages"][-1]["content"]
            if asked.headers["x-workbench-section"] == "optimize":
                template = re.search(r"<template>\n(.*?)\n</template>", user, re.DOTALL)[1]
                return streams(f"<template>{template}\n\nArgue every element.</template>")(reply)
            text = "Dr. Example received the Invented Medal for Chemistry in 2000 [@medal, p. 1].\n"
            if "Argue every element." in user:
                text += "\nThe medal is open to chemists of every country [@medal, p. 1].\n"
            return streams(text)(reply)

        return act


def test_lost_endpoint_ends_the_optimization(settings):
    with Endpoint() as endpoint:
        endpoint.acts = [completes(), *(fails(401, message="bad key") for _ in range(40))]
        online = settings.model_copy(
            update={"model": "small-model", "openai_base_url": endpoint.url, "openai_api_key": None}
        )
        found = optimize(online, "awards", Plan(rounds=2))
        BackgroundLoop.current().close()
    assert found.found == ()
