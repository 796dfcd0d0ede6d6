"""Blind comparison: pairs, stored picks, win rates."""

from __future__ import annotations

import hashlib
import stat

import pandas as pd
import pytest
from blind_pairs import AFTER, BEFORE, MODEL, pair
from cryptography.fernet import Fernet

from workbench.config import Settings
from workbench.errors import InputError
from workbench.tuning.reviews.pairwise import DraftPair, PairSide, pairs_of, save_pick, sides_of, win_rate
from workbench.tuning.reviews.records import Records


class Drafted:
    """As :class:`workbench.tuning.experiment.results.Results` answers."""

    def __init__(self, rows) -> None:
        names = ["prompt", "case", "section", "model", "repeat", "text"]
        self.cells = pd.DataFrame(rows, columns=names)
        self.cells["prompt_version"] = self.cells["prompt"] + "@v"
        self.cells["sha256"] = [
            hashlib.sha256(text.encode()).hexdigest() if isinstance(text, str) else None for text in self.cells["text"]
        ]
        self.texts = {tuple(row[:5]): row[5] for row in rows}

    def drafts(self, cell) -> str:
        return self.texts[cell.prompt, cell.case_id, cell.section_id, cell.model, cell.repeat]


RESULTS = Drafted([
    ("old", "wu", "awards", "m1", 1, "old awards"), ("new", "wu", "awards", "m1", 1, "new awards"),
    ("old", "wu", "awards", "m1", 2, "old awards 2"), ("new", "wu", "awards", "m1", 2, "new awards 2"),
    ("old", "wu", "awards", "m2", 1, "m2 old"), ("new", "wu", "awards", "m2", 1, "m2 new"),
    ("old", "wu", "intro", "m1", 1, "the same"), ("new", "wu", "intro", "m1", 1, "the same"),
    ("old", "wu", "benefit", "m1", 1, None), ("new", "wu", "benefit", "m1", 1, "alone"),
    ("third", "wu", "judging", "m1", 1, "x"),
])  # fmt: skip


def settings(tmp_path, **more) -> Settings:
    return Settings(home=tmp_path, **more)


def test_pairs_differ_only_in_prompt():
    found = pairs_of(RESULTS, "old", "new")
    assert {(one.a.content, one.b.content) for one in found} == {
        ("old awards", "new awards"), ("old awards 2", "new awards 2"), ("m2 old", "m2 new"),
    }  # fmt: skip
    for one in found:
        assert (one.a.prompt, one.b.prompt) == ("old", "new")
        assert (one.a.model, one.a.repeat) == (one.b.model, one.b.repeat)
        assert one.a.prompt_version == "old@v"
    assert sides_of(found) == ("old", "new", "prompt")


def test_pairs_of_models():
    found = pairs_of(RESULTS, "m1", "m2", of="model")
    assert {(one.a.content, one.b.content) for one in found} == {("old awards", "m2 old"), ("new awards", "m2 new")}
    assert sides_of(found) == ("m1", "m2", "model")


def test_pair_order_follows_the_seed():
    rows = [(prompt, "wu", f"s{n}", "m", 1, f"{prompt} {n}") for n in range(20) for prompt in ("old", "new")]
    orders = [[one.section_id for one in pairs_of(Drafted(rows), "old", "new", seed=seed)] for seed in (0, 0, 1)]
    assert orders[0] == orders[1] != orders[2]
    assert orders[0] != sorted(orders[0], key=lambda name: int(name[1:]))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("old", "newer", "no prompt 'newer' in the results; use two of: old, new, third"),
        ("old", "old", "the two sides are the same"),
    ],
)
def test_impossible_pairs_are_refused(before, after, message):
    with pytest.raises(InputError) as caught:
        pairs_of(RESULTS, before, after)
    assert message in str(caught.value)


def test_pairs_must_compare_same_sides():
    other = DraftPair("wu", "awards", PairSide("x", "", MODEL, 1, "a"), PairSide("y", "", MODEL, 1, "b"))
    with pytest.raises(InputError, match="do not all compare the same two"):
        sides_of([pair(1), other])
    assert pairs_of(RESULTS, "old", "third") == ()
    with pytest.raises(InputError, match="there is no pair to compare"):
        sides_of([])


def test_pick_is_stored_privately(tmp_path):
    save_pick(settings(tmp_path), pair(1), "b", left="b", user_id="chen", note="cites more")
    path = tmp_path / "tuning" / "pairs.jsonl"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    [kept] = Records(settings(tmp_path), "pairs")
    assert (kept["winner"], kept["left"], kept["user"], kept["note"]) == ("b", "b", "chen", "cites more")
    assert (kept["winner_text"], kept["loser_text"]) == (pair(1).b.content, pair(1).a.content)
    assert kept["prompt_version"] == pair(1).b.prompt_version
    assert kept["a"]["sha256"] == hashlib.sha256(pair(1).a.content.encode()).hexdigest()
    assert kept["at"].endswith("Z")


def test_tie_has_no_winner_text(tmp_path):
    save_pick(settings(tmp_path), pair(1), "tie", left="a", user_id="chen")
    [kept] = Records(settings(tmp_path), "pairs")
    assert kept["winner"] == "tie"
    assert "winner_text" not in kept


def test_picks_are_encrypted_with_a_key(tmp_path):
    sealed = settings(tmp_path, encryption_key=Fernet.generate_key().decode())
    save_pick(sealed, pair(1), "a", left="a", user_id="chen")
    assert b"Old draft" not in (tmp_path / "tuning" / "pairs.jsonl").read_bytes()
    assert win_rate(sealed, BEFORE).wins == 1


def picks(tmp_path, *winners, user="chen"):
    for number, winner in enumerate(winners):
        save_pick(settings(tmp_path), pair(number), winner, left="a", user_id=user)
    return settings(tmp_path)


def test_win_rate_has_wilson_interval(tmp_path):
    found = win_rate(picks(tmp_path, "b", "b", "b", "a", "tie", "b", "b"), AFTER, against=BEFORE)
    assert (found.wins, found.ties, found.losses, found.n) == (5, 1, 1, 7)
    assert found.estimate.value == pytest.approx(5.5 / 7)
    assert (found.estimate.low, found.estimate.high) == pytest.approx((0.42008, 0.94888), abs=1e-4)
    assert str(found) == (
        f"{AFTER} preferred to {BEFORE} in 5 of 7 pairs (1 tie, as half): 79% (95% interval 42% to 95%);"
        " too few to tell which is better"
    )
    other = win_rate(settings(tmp_path), BEFORE)
    assert other.estimate.value == pytest.approx(1 - found.estimate.value)


def test_many_picks_decide(tmp_path):
    found = win_rate(picks(tmp_path, *"b" * 12), AFTER)
    assert found.estimate.low > 0.7
    assert "too few" not in str(found)
    assert f"{AFTER} preferred to the others in 12 of 12 pairs: 100%" in str(found)


def test_last_pick_of_pair_counts(tmp_path):
    picks(tmp_path, "a")
    assert win_rate(picks(tmp_path, "b"), AFTER).n == 1
    assert win_rate(settings(tmp_path), AFTER).wins == 1
    assert win_rate(picks(tmp_path, "a", user="diaz"), AFTER).n == 2  # another reader is another witness


def test_win_rate_ignores_the_position():
    def record(a, b, winner):
        sides = {"a": {"prompt": a, "model": "m", "sha256": a}, "b": {"prompt": b, "model": "m", "sha256": b}}
        return {"user": "u", "case": "wu", "section": f"{a}{b}{winner}", "winner": winner, **sides}

    rows = [record("x", "y", "a"), record("y", "x", "b"), record("z", "x", "a"), record("y", "z", "a")]
    assert (win_rate(rows, "x").wins, win_rate(rows, "x").n) == (2, 3)
    assert (win_rate(rows, "x", against="y").wins, win_rate(rows, "x", against="y").n) == (2, 2)


def test_win_rate_without_picks(tmp_path):
    assert str(win_rate(settings(tmp_path), AFTER)) == f"{AFTER}: no pair was picked from"
    assert win_rate(picks(tmp_path, "b"), "nobody").n == 0
