"""Ratings of drafts, bound to the rated text.

The last one of each person counts.
"""

from __future__ import annotations

import stat
from dataclasses import replace

import pytest
from pydantic import SecretStr

from workbench.config import Settings
from workbench.errors import InputError
from workbench.text.digest import text_digest
from workbench.text.encryption import new_key
from workbench.tuning.reviews.ratings import COMMENT_LENGTH, Rating, Ratings

SAID = Rating(
    case="wu",
    section="awards",
    prompt_version="awards@0123456789ab+ba9876543210",
    model="scripted model",
    content="Dr. Wu received the prize.\n",
    rating=4,
    kept=True,
    comment="Good.",
    user="a.attorney",
    at="2026-11-24T12:00:00.000000Z",
)


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path)


def test_ratings_are_read_back(settings):
    Ratings(settings).add(SAID)
    assert list(Ratings(settings)) == [SAID]


def test_latest_rating_per_person_and_text(settings):
    ratings = Ratings(settings)
    said = [SAID, replace(SAID, rating=2, at="later"), replace(SAID, user="m.chen"), replace(SAID, content="Other.\n")]
    for each in said:
        ratings.add(each)
    assert list(ratings) == said, "nothing is overwritten"
    latest = ratings.latest()
    assert len(latest) == 3
    assert latest["wu", "awards", "a.attorney", text_digest(SAID.content)].rating == 2
    frame = ratings.frame()
    assert sorted(frame["rating"]) == [2, 4, 4]
    assert set(frame["sha256"]) == {text_digest(SAID.content), text_digest("Other.\n")}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"rating": 0}, "0 is no rating"),
        ({"rating": 6}, "6 is no rating"),
        ({"rating": True}, "True is no rating"),
        ({"rating": 3.5}, "3.5 is no rating"),
        ({"kept": 1}, "1 does not say whether it is kept"),
        ({"comment": "x" * (COMMENT_LENGTH + 1)}, f"a comment of {COMMENT_LENGTH + 1} characters"),
        ({"user": " "}, "no user is named"),
    ],
)
def test_impossible_ratings_are_refused(settings, change, what):
    with pytest.raises(InputError) as caught:
        Ratings(settings).add(replace(SAID, **change))
    assert [problem.what for problem in caught.value.problems] == [what]
    assert list(Ratings(settings)) == []


def test_ratings_are_encrypted_with_a_key(settings, tmp_path):
    sealed = settings.model_copy(update={"encryption_key": SecretStr(new_key())})
    Ratings(sealed).add(SAID)
    [file] = tmp_path.glob("tuning/*.jsonl")
    assert b"prize" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(Ratings(sealed)) == [SAID]


def test_ratings_of_other_versions_are_skipped(settings):
    ratings = Ratings(settings)
    ratings._records.add({"what": "something else"})
    ratings.add(SAID)
    ratings._records.add({**vars(SAID), "new_field": 1})
    assert list(ratings) == [SAID, SAID]
