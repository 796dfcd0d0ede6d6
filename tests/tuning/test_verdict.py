"""Verdicts on paired scores, with measured error rate.

They promote, refuse or leave undecided; the power is measured, too.
"""

from __future__ import annotations

import numpy as np
import orjson
import pytest

from workbench.checks.finding import Finding
from workbench.tuning.promotion.pairs import NewError, Pair, find_new_errors
from workbench.tuning.promotion.verdict import ALPHA, MARGIN, MIN_PAIRS, Verdict, judge_change

UNCITED = NewError("c3", "awards", "claim-uncited", "A claim has no exhibit.", "She won.")
BETTER = [0.05, 0.08, 0.02, 0.06, 0.04, 0.07, 0.03, 0.05]


def pairs(differences, **changes):
    made = [Pair(f"c{i}", "awards", "m", 0.5, 0.5 + difference) for i, difference in enumerate(differences)]
    for place, change in changes.items():
        number = int(place[1:])
        made[number] = Pair(**{**vars(made[number]), **change})
    return made


def test_a_better_candidate_is_promoted():
    verdict = judge_change(pairs(BETTER))
    assert (verdict.decision, verdict.n) == ("promote", 8)
    assert verdict.difference == pytest.approx(0.05)
    assert verdict.p_value == pytest.approx(2 / 2**8)
    assert verdict.interval[0] > 0.03
    assert "better" in verdict.reason


def test_worse_candidate_is_refused():
    verdict = judge_change(pairs([-d for d in BETTER]))
    assert verdict.decision == "refuse"
    assert "worse in 8 of 8 golden cells, by 0.050 on average" in verdict.reason
    assert "c1, awards (0.500 to 0.420)" in verdict.reason
    assert [pair.case_id for pair in verdict.worse][:2] == ["c1", "c5"], "the worst first"


def test_one_new_error_refuses():
    verdict = judge_change(pairs(BETTER, _3={"new_errors": (UNCITED,)}))
    assert verdict.decision == "refuse"
    assert "c3, awards: claim-uncited: A claim has no exhibit. (“She won.”)" in verdict.reason
    assert verdict.worse[0].case_id == "c3"


@pytest.mark.parametrize("sign", [1, -1])
def test_too_few_pairs_undecided(sign):
    few = [sign * d for d in BETTER[: MIN_PAIRS - 1]]
    verdict = judge_change(pairs(few, _2={"new_errors": (UNCITED,)}))
    assert (verdict.decision, verdict.p_value) == ("undecided", None)
    assert "7 golden cells could be compared, and it takes 8" in verdict.reason
    assert "1 new error: c3, awards" in verdict.reason


def test_without_any_pair_it_is_undecided():
    verdict = judge_change([])
    assert (verdict.decision, verdict.n, verdict.difference, verdict.interval) == ("undecided", 0, None, None)


def test_failed_pair_is_undecided():
    lost = {"candidate": None, "failure": "the endpoint was lost"}
    verdict = judge_change(pairs([*BETTER, 0.05], _4=lost))
    assert (verdict.decision, verdict.n) == ("undecided", 8)
    assert "c4, awards (the endpoint was lost)" in verdict.reason
    worse = judge_change(pairs([-d for d in [*BETTER, 0.05]], _4=lost))
    assert worse.decision == "refuse", "what is known to be worse does not get better by a failure"


def test_equal_candidates_by_claim():
    same = pairs([0.0] * 8)
    assert judge_change(same).decision == "undecided"
    assert "Both score the same in all 8" in judge_change(same).reason
    assert judge_change(same, claim="no worse").decision == "promote"
    by_the_margin = pairs([-MARGIN + noise for noise in (0.01, -0.01) * 4])
    assert judge_change(by_the_margin, claim="no worse").decision != "promote"


@pytest.mark.slow
def test_stated_error_rate_and_power():
    """1,000 candidates of each kind.

    They are of equal worth, worse by the margin under the weaker claim, or better by 1.25 deviations.
    """
    dice = np.random.default_rng(2026)

    def promoted(mean, n=12, **how):
        rounds = [judge_change(pairs(dice.normal(mean, 0.04, n)), **how).decision for _ in range(1_000)]
        return rounds.count("promote") / 1_000

    slack = 0.015  # three standard errors of a share of 0.025 in 1,000
    assert promoted(0.0) <= ALPHA / 2 + slack
    assert promoted(-MARGIN, claim="no worse") <= ALPHA / 2 + slack
    assert promoted(0.05, n=8) >= 0.80
    assert promoted(0.05) >= 0.95


def test_many_candidates_are_mentioned():
    assert "candidate number 5" in judge_change(pairs(BETTER), tries=5).reason
    assert "12%" in judge_change(pairs(BETTER), tries=5).reason


def found(check, *, severity="error", quote=None):
    return Finding(check=check, severity=severity, message=f"{check}!", quote=quote)


def test_new_errors_beyond_active_draft():
    active = [[found("naming")], [found("naming"), found("naming")]]
    assert find_new_errors("wu", "awards", active, [[found("naming"), found("naming")]]) == ()
    three = [found("naming", quote=str(n)) for n in range(3)]
    assert [e.quote for e in find_new_errors("wu", "awards", active, [[], three])] == ["2"]
    other = find_new_errors("wu", "awards", active, [[found("placeholder", quote="[TODO]")], [found("placeholder")]])
    assert [(e.check, e.quote) for e in other] == [("placeholder", "[TODO]")]
    assert find_new_errors("wu", "awards", active, [[found("top-of-field", severity="warning")]]) == ()
    assert find_new_errors("wu", "awards", [], [[found("naming")]])


def test_verdict_json_round_trip():
    verdict = judge_change(
        pairs(BETTER, _3={"new_errors": (UNCITED,), "scores": {"checks": (1.0, 0.9)}, "filing_text": "a"})
    )
    assert Verdict.from_dict(orjson.loads(orjson.dumps(verdict.to_dict()))) == verdict


def test_the_summary_names_no_client():
    verdict = judge_change(pairs(BETTER, _3={"new_errors": (UNCITED,)}))
    assert "c3" not in verdict.summary
    assert "8 pairs" in verdict.summary
    assert "1 new errors" in verdict.summary


def test_as_a_table():
    frame = judge_change(pairs(BETTER, _3={"candidate": None, "failure": "empty"})).to_frame()
    assert list(frame.columns)[:5] == ["case", "section", "model", "filing", "candidate"]
    assert len(frame) == 8
    assert frame.failure.notna().sum() == 1


def test_verdict_html_shows_redline():
    texts = {"filing_text": "She received the medal.\n", "candidate_text": "She won <b>every</b> medal.\n"}
    shown = judge_change(pairs([-d for d in BETTER], _1=texts))._repr_html_()
    assert "refuse" in shown
    assert "c1, awards" in shown
    assert "<del>" in shown
    assert "&lt;b&gt;every&lt;/b&gt;" in shown
    assert "<b>every" not in shown
    assert shown.count('role="img"') == 1
