"""Data set of the attorney's decisions.

It has one row each, with text, prompt, model and note.
"""

from __future__ import annotations

import stat
import tempfile
from pathlib import Path

import orjson
import pandas as pd
import pytest

import workbench
from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.drafting.scripted_model import ScriptedModel
from workbench.errors import InputError
from workbench.live.embedded import stop_server
from workbench.record.name_matcher import MARK
from workbench.text.encryption import new_key
from workbench.tuning.learning import feedback
from workbench.tuning.learning.feedback import COLUMNS, approved_pairs, examples, export, read_examples
from workbench.tuning.reviews.pairwise import DraftPair, PairSide, save_pick
from workbench.tuning.reviews.records import Records
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

CASES = Path(__file__).parents[2] / "cases"
BAD = "Dr. Example won [TODO] [@medal, p. 1].\n"
GOOD = "Dr. Example received the Invented Medal for Chemistry [@medal, p. 1].\n"
BETTER = "Dr. Example received the Invented Medal for Chemistry on 4 May 2021 [@medal, p. 1].\n"
ATTENDED = RunOptions(max_revisions=0, sections=("awards", "benefit"))


@pytest.fixture(scope="module")
def settings():
    home = Path(tempfile.mkdtemp(prefix="wb-"))
    settings = Settings(home=home, cases=CASES)
    yield settings
    stop_server(settings)


@pytest.fixture(scope="module")
def run(settings):
    """A run with every kind of decision.

    One section is rejected, redrafted, edited and approved; the other is approved as it is.
    """
    model = ScriptedModel({"awards": [BAD, GOOD], "benefit": ["Her work helps.\n"]}, label="model-x at example.com")
    run = workbench.start(load_case("minimal", settings=settings), settings=settings, model=model, options=ATTENDED)
    run.wait(60)
    run.reject("awards", "Name the medal.", user_id="b.partner")
    run.wait(60)
    run.edit("awards", BETTER, user_id="b.partner")
    run.approve("awards", user_id="a.signer", note="as on the certificate")
    run.approve("benefit", user_id="a.signer", note="short on purpose")
    assert run.wait(60).status == "completed"
    yield run
    BackgroundLoop.current().close()


def test_every_decision_is_a_row(run, settings):
    frame = examples(settings)
    assert tuple(frame.columns) == COLUMNS
    awards = frame[frame.section_id == "awards"]
    assert list(awards.label) == ["rejected", "edited", "approved"]
    assert list(awards.draft) == [BAD, GOOD, BETTER]
    assert list(awards.corrected.fillna("")) == ["", BETTER, ""]
    assert list(awards.by_hand) == [False, False, True]
    assert list(awards.note.fillna("")) == ["Name the medal.", "", "as on the certificate"]
    assert list(awards.user) == ["b.partner", "b.partner", "a.signer"]
    assert set(awards.model) == {"model-x at example.com"}
    assert set(awards.case_id) == {"minimal"}
    assert {version.partition("@")[0] for version in awards.prompt_version} == {"awards"}
    assert awards["at"].is_monotonic_increasing


def test_approved_pairs_hold_draft_and_approval(run, settings):
    by_section = {row.section_id: row for row in approved_pairs(read_examples(settings))}
    awards = by_section["awards"]
    assert (awards.draft, awards.corrected) == (GOOD, BETTER)
    assert awards.note == "rejected: Name the medal.\napproved: as on the certificate"
    benefit = by_section["benefit"]
    assert benefit.draft == benefit.corrected == "Her work helps.\n"


def test_archived_run_gives_same_rows(run, settings):
    stored = read_examples(settings)
    elsewhere = Settings(home=settings.home, cases=CASES, use_redis=False)  # nothing but the archive is left
    assert read_examples(elsewhere) == stored


def test_redacted_rows_hold_no_names(run, settings):
    rows = read_examples(settings, redacted=True)
    assert len(rows) == len(read_examples(settings))
    text = orjson.dumps([vars(row) for row in rows]).decode()
    for name in ("Example", "minimal", "b.partner", "a.signer", run.thread_id):
        assert name not in text.replace("example.com", "")
    assert f"Dr. {MARK} received the Invented Medal" in text
    assert "Name the medal." in text


def test_parquet_export_names_its_extra(tmp_path, monkeypatch):
    monkeypatch.setattr(feedback, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"out\.parquet: out: .*pip install 'eb1a-workbench\[parquet\]'"):
        feedback.export([], tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "csv"])
def test_feedback_export_is_private(run, settings, tmp_path, kind):
    rows = read_examples(settings)
    path = tmp_path / f"feedback.{kind}"
    path.touch(mode=0o644)
    export(rows, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    read = {"jsonl": lambda p: pd.read_json(p, lines=True), "parquet": pd.read_parquet, "csv": pd.read_csv}[kind](path)
    assert list(read.columns) == list(COLUMNS)
    assert list(read.draft) == [row.draft for row in rows]


def test_export_refuses_other_file_kinds(tmp_path):
    with pytest.raises(InputError, match=r"unknown kind of file '.xls'; name it rows.jsonl"):
        export([], tmp_path / "rows.xls")
    with pytest.raises(InputError, match=r"cannot be written \(No such file or directory\)"):
        export([], tmp_path / "nowhere" / "rows.csv")


def test_unreadable_run_hides_no_other(run, settings, caplog):
    broken = settings.home / "archive" / "broken"
    broken.mkdir()
    (broken / "snapshot.json").write_bytes(b"{")
    elsewhere = Settings(home=settings.home, cases=CASES, use_redis=False)
    assert read_examples(elsewhere)
    assert "run broken is left out of the data set" in caplog.text
    (broken / "snapshot.json").unlink()


def test_last_rating_of_each_person_counts(tmp_path):
    settings = Settings(home=tmp_path, use_redis=False, encryption_key=new_key())
    ratings = Records(settings, "ratings")
    said = {"case": "wu", "section": "awards", "prompt_version": "awards@1", "model": "m", "content": GOOD,
            "sha256": "1", "kept": False, "user": "a"}  # fmt: skip
    ratings.add({**said, "rating": 2, "comment": "thin", "at": "2026-01-01"})
    ratings.add({**said, "rating": 5, "comment": "", "at": "2026-01-02"})
    [row] = read_examples(settings)
    assert (row.label, row.rating, row.note, row.draft, row.section_id) == ("rated", 5, None, GOOD, "awards")
    assert read_examples(settings, redacted=True) == []
    assert GOOD.encode() not in ratings.path.read_bytes()


def test_blind_comparison_gives_two_rows(tmp_path):
    settings = Settings(home=tmp_path, use_redis=False)
    sides = [PairSide(f"awards@{n}", f"awards@{n}+system@1", "m", 1, text) for n, text in ((1, BAD), (2, GOOD))]
    save_pick(settings, DraftPair("wu", "awards", *sides), "b", left="a", user_id="a.signer", note="it names the medal")
    save_pick(settings, DraftPair("wu", "awards", *sides), "tie", left="a", user_id="a.signer")
    better, worse = read_examples(settings)
    assert (better.label, better.draft, better.prompt_version) == ("preferred", GOOD, "awards@2+system@1")
    assert (worse.label, worse.draft, worse.prompt_version) == ("passed over", BAD, "awards@1+system@1")
    assert (worse.corrected, worse.note, worse.user) == (GOOD, "it names the medal", "a.signer")
