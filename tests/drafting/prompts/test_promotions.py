"""Decisions about prompt versions, written and read back.

Contradictory ones are refused.
"""

from __future__ import annotations

import contextlib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from workbench.drafting.prompts.promotions import Decision, PromotionState, read_standing
from workbench.errors import InputError

SHIPPED, A, B, C = (f"awards@{digit * 12}" for digit in "0abc")


def decision(did, version, before, **more):
    return Decision("2026-11-24T13:45:00Z", did, version, before, "b.partner", **more)


def standing(*decisions):
    made = PromotionState()
    for did, version in decisions:
        made = made.after(decision(did, version, made.active or SHIPPED, reason="for a reason"))
    return made


def read(raw):
    return read_standing(raw.encode() if isinstance(raw, str) else raw, file="standing.yaml", section_id="awards")


def refused(raw):
    with pytest.raises(InputError) as caught:
        read(raw)
    return str(caught.value)


def test_promotion_retires_the_active_version():
    made = standing(("promote", A), ("promote", B))
    assert made.active == B
    assert [made.of(ref) for ref in (SHIPPED, A, B, C)] == ["retired", "retired", "filing", "candidate"]


def test_rollback_returns_step_by_step():
    made = standing(("promote", A), ("promote", B))
    seen = []
    while (ref := made.back_to) is not None:
        made = made.after(decision("rollback", ref, made.active))
        seen.append(made.active)
    assert seen == [A, SHIPPED]
    assert made.of(B) == "retired"


def test_rollback_skips_retired_versions():
    made = standing(("promote", A), ("promote", B), ("promote", C), ("retire", B))
    assert made.back_to == A
    assert standing(("promote", A), ("retire", SHIPPED)).back_to is None


def test_rolled_back_version_may_return_once():
    made = standing(("promote", A), ("promote", B), ("rollback", A), ("promote", C))
    assert made.back_to == A
    again = made.after(decision("promote", B, C))
    assert again.active == B
    assert again.back_to == C


@pytest.mark.parametrize(
    ("decisions", "what"),
    [
        ([("promote", A), ("promote", A)], "is filing already"),
        ([("promote", A), ("retire", A)], "promote another one, or roll back"),
        ([("promote", A), ("rollback", C)], "does not lead to"),
        ([("rollback", A)], "does not lead to"),
        ([("retire", SHIPPED)], "is filing"),
    ],
)
def test_impossible_decision_is_refused(decisions, what):
    with pytest.raises(ValueError, match=what):
        standing(*decisions)


WORDS = st.text(st.characters(exclude_categories=["Cc", "Cn", "Co", "Cs"]), min_size=1, max_size=40).filter(str.strip)


@given(reason=WORDS, by=WORDS, evidence=st.none() | WORDS)
def test_reasons_survive_on_one_line(reason, by, evidence):
    made = PromotionState().after(Decision("2026-11-24T13:45:00Z", "promote", A, SHIPPED, by, reason, evidence))
    raw = made.to_yaml()
    assert read(raw) == made
    assert len(raw.decode().splitlines()) == 6
    assert yaml.safe_load(raw)["filing"] == A


def test_invisible_characters_survive_in_reasons():
    reason = "tag \U000e0001, and a literal \\\\udb40\\\\udc01"
    made = PromotionState().after(Decision("2026-11-24T13:45:00Z", "promote", A, SHIPPED, "me", reason))
    assert read(made.to_yaml()) == made


def test_standing_file_is_plain_yaml():
    data = yaml.safe_load(standing(("promote", A), ("promote", B)).to_yaml())
    assert data["filing"] == B
    assert data["retired"] == [SHIPPED, A]
    assert [row["did"] for row in data["history"]] == ["promote", "promote"]
    assert data["history"][1]["before"] == A


def test_standing_accepts_block_yaml():
    text = f"filing: {A}\nretired: [{SHIPPED}]\nhistory:\n- at: 2026-11-24\n  did: promote\n  version: {A}\n"
    assert read(text + f"  before: {SHIPPED}\n  by: me\n").active == A


@pytest.fixture
def text():
    return standing(("promote", A), ("promote", B)).to_yaml().decode()


def test_two_active_versions_are_refused(text):
    said = refused(text.replace(f"filing: {B}", f"filing: {B}\nfiling: {C}"))
    assert "standing.yaml:3: filing: two versions are filing, first on line 2" in said


def test_merge_conflict_is_reported_with_line(text):
    said = refused(text.replace(f"filing: {B}", f"<<<<<<< ours\nfiling: {B}\n=======\nfiling: {C}\n>>>>>>> theirs"))
    assert said.startswith("standing.yaml:2: git could not merge two decisions; keep the decisions of both sides")


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        (f"filing: {B}", f"filing: {A}", 2, f"by the history below it is '{B}'"),
        (f"filing: {B}", "filing: shipped", 2, "by the history below"),
        (f"- {A}\n", "", 3, "does not say what the history below says"),
        ('"did": "promote"', '"did": "crown"', 7, "unknown decision 'crown'"),
        ('"by": "b.partner", ', "", 7, "a decision without 'by'"),
        (f'"version": "{A}"', '"version": "awards@../../x"', 7, "is no version of awards"),
        (f'"version": "{A}"', '"version": "intro@aaaaaaaaaaaa"', 7, "is no version of awards"),
        ('"by": "b.partner"', '"by": ["x"]', 7, "by without a value"),
        ('"by": "b.partner"', '"by": "x", "mood": "y"', 7, "unknown field 'mood'"),
        ("history:", "history: 1\nx:", 6, "is no list"),
        ("history:\n", "history:\n- so it was\n", 7, "is no decision"),
        (f'"version": "{A}"', f'"version": "{B}"', 8, "is filing already"),
        ("retired:", "&x retired:", 3, "anchors"),
        ("filing:", "votes: 2\nfiling:", 2, "unknown field 'votes'"),
    ],
)
def test_standing_faults_name_the_line(text, old, new, line, what):
    assert old in text
    said = refused(text.replace(old, new, 1))
    assert f"standing.yaml:{line}: " in said
    assert what in said


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"a", b"\xff\xfe", b"filing: \x00", b"- " * 100, b"x: !!python/object:a {}"]
)
def test_foreign_standing_file_is_refused(raw):
    assert "standing.yaml" in refused(raw)


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_cleanly(raw):
    with contextlib.suppress(InputError):
        read(raw)


def test_standing_accepts_foreign_line_ends(text):
    assert read(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()) == read(text)
