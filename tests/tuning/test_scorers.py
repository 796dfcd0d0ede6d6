"""Every scorer on real drafts, and functions that fail.

The tests also cover what an experiment may not name.
"""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from scored_drafts import assembled, drafted

from workbench.case.loader import load_case
from workbench.checks.registry import CHECKS, Check
from workbench.config import Settings, shared_folder
from workbench.errors import InputError
from workbench.tuning.experiment.cells import Score
from workbench.tuning.scorers.measures import count_words
from workbench.tuning.scorers.registry import SCORERS, MeasuringScorer, resolve, resolve_all
from workbench.tuning.scorers.user_function import UserFunctionScorer

SETTINGS = Settings()
BROKEN = Check("naming", "One name", "error", lambda _draft: 1 / 0)


async def score(entry, draft) -> Score:
    return await resolve(entry, SETTINGS).score(draft)


def refusal(entry) -> str:
    with pytest.raises(InputError) as caught:
        resolve(entry, SETTINGS)
    return str(caught.value)


OF_PETITIONS = [check for check in CHECKS if check.is_for("petition")]


async def test_a_clean_draft_passes_every_check():
    draft = drafted(await assembled())
    result = await score("checks", draft)
    assert (result.scorer, result.value, result.passed) == ("checks", 1.0, True)
    assert result.reason == f"none of {len(OF_PETITIONS)} checks found an error"


async def test_checks_are_counted_not_their_findings():
    content = await assembled() + "\nTODO. TODO. [INSERT NAME] Exhibit shows [@nowhere, p. 1].\n"
    result = await score("checks", drafted(content))
    assert result.value == pytest.approx(1 - 2 / len(OF_PETITIONS))
    assert result.passed is False
    assert "placeholder (3)" in result.reason
    assert "exhibit-exists (1)" in result.reason


@pytest.fixture(scope="module")
def clean_draft():
    """A draft that every check has reviewed, for tests that only score it."""
    return drafted(asyncio.run(assembled()))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
async def test_each_check_is_a_scorer(check, clean_draft):
    result = await score(check.id, clean_draft)
    assert result.scorer == check.id
    assert (result.value, result.passed) == (1.0, True)


async def test_a_check_says_where():
    result = await score("placeholder", drafted("Dr. Example won it [@medal, p. 1].\n\nTODO\n"))
    assert (result.value, result.passed) == (0.0, False)
    assert result.reason == "1 error: Left in the draft: a drafting note. (line 3)"


async def test_a_warning_is_half():
    content = await assembled() + "\nShe stands at the very top of her field [@medal, p. 1].\n"
    result = await score("top-of-field", drafted(content))
    assert (result.value, result.passed) == (0.5, True)
    assert result.reason.startswith("1 warning: ")


async def test_broken_check_is_no_score():
    draft = drafted(await assembled(), checks=(*CHECKS[:-1], BROKEN))
    for entry in ("checks", "naming"):
        result = await score(entry, draft)
        assert result.value is None
        assert result.passed is None
        assert "broke on this draft (ZeroDivisionError" in result.error
    assert (await score("placeholder", draft)).value == 1.0


def test_words_are_counted_without_citations():
    assert count_words("Dr. Wu’s well-known work – of 1957 – [@wolf-prize, p. 2; @b] *won*.") == 7
    assert count_words("") == count_words("— [@a] … *") == 0


@pytest.mark.parametrize(
    ("words", "value", "passed", "reason"),
    [
        (50, 0.5, False, "50 words, 50 fewer than 100"),
        (100, 1.0, True, "100 words, within 100 to 200"),
        (200, 1.0, True, "200 words, within 100 to 200"),
        (400, 0.5, False, "400 words, 200 more than 200"),
        (0, 0.0, False, "0 words, 100 fewer than 100"),
    ],
)
async def test_the_range_of_words(words, value, passed, reason):
    result = await score({"words": {"min": 100, "max": 200}}, drafted("word " * words))
    assert (result.value, result.passed, result.reason) == (value, passed, reason)


async def test_word_range_defaults_to_section():
    draft = drafted("word " * 149)
    assert (await score("words", draft)).reason == "149 words, 1 fewer than 150"
    assert (await score({"words": {"min": 149}}, draft)).passed is True
    nowhere = await score({"words": {"min": 3000}}, draft)  # the section's own maximum is 2000
    assert nowhere.error == "the range is empty here: at least 3000 words, at most 2000"


async def test_elements_need_their_page():
    whole = await score("elements", drafted(await assembled()))
    assert (whole.value, whole.passed) == (1.0, True)
    half = await score("elements", drafted("She received the medal, in her field [@medal, p. 1]."))
    assert (half.value, half.passed) == (0.5, False)
    assert half.reason.startswith("2 of 4 required elements argued from the exhibits that show them; missing: Invented")
    assert (await score("elements", drafted("The medal [@medal]."))).value == 1.0
    assert (await score("elements", drafted("She received the medal, in her field."))).value == 0.0


async def test_elements_of_a_narrative_section():
    result = await score("elements", drafted("She leads a group [@statement, p. 1].", section="background"))
    assert result.value == 1.0
    assert (await score("elements", drafted("She leads a group.", section="benefit"))).value == 0.0


async def test_the_introduction_names_the_claimed_criteria():
    result = await score("elements", drafted(await assembled("intro"), section="intro"))
    assert (result.value, result.reason) == (1.0, "names every claimed criterion (3)")
    fewer = await score("elements", drafted("Criteria (i) and (ii) are met.", section="intro"))
    assert fewer.value == pytest.approx(2 / 3)
    assert fewer.passed is False


async def test_elements_where_the_case_fills_none():
    result = await score("elements", drafted("Text.", section="judging"))
    assert result.error == "the case file fills no required element of 'judging'"


async def test_sample_sections_have_elements():
    wu = load_case(shared_folder("cases") / "wu")
    for section in ("intro", "awards", "final_merits", "conclusion"):
        result = await score("elements", drafted(await assembled(section, wu), section=section, case=wu))
        assert result.value == 1.0, result.reason


async def test_similarity_to_the_approved_text():
    approved = "Dr. Example received the medal [@medal, p. 1]."
    same = await score("similarity", drafted("dr. example Received the medal, [ @medal,  p. 1]", approved=approved))
    assert (same.value, same.passed) == (1.0, None)
    half = await score("similarity", drafted("Dr. Example won [@medal, p. 1].", approved=approved))
    assert half.value == pytest.approx(2 * 3 / (4 + 6))
    assert half.reason == "60% of the words are those of the approved text (4 words beside 6)"
    assert (await score("similarity", drafted("Quite other", approved=approved))).value == 0.0


async def test_similarity_follows_the_order():
    there = await score("similarity", drafted("one two three four", approved="four three two one"))
    assert there.value == pytest.approx(2 / 8)


async def test_similarity_needs_approved_text():
    result = await score("similarity", drafted("Text."))
    assert result.error == "there is no approved text of 'awards' in case 'minimal'"
    assert (await score("similarity", drafted("Text.", approved=" *** "))).error == "the approved text has no words"


async def test_a_threshold_of_ones_own():
    draft = drafted("Dr. Example won.", approved="Dr. Example received.")
    assert (await score({"similarity": {"at_least": 0.6}}, draft)).passed is True
    result = await score({"similarity": {"at_least": 0.7, "name": "like ours"}}, draft)
    assert (result.scorer, result.passed) == ("like ours", False)


# The user's own


@pytest.mark.parametrize(
    ("answer", "value", "passed", "reason"),
    [
        (0.25, 0.25, None, "own returned 0.25"),
        (1, 1.0, None, "own returned 1"),
        (True, 1.0, True, "own says yes"),
        (np.bool_(False), 0.0, False, "own says no"),
        (np.float32(0.5), 0.5, None, "own returned 0.5"),
        ((0.25, "a quarter"), 0.25, None, "a quarter"),
        ((False, "no medal"), 0.0, False, "no medal"),
        (Score("other", 0.5, "half", passed=True), 0.5, True, "half"),
    ],
)
async def test_what_an_own_function_may_return(answer, value, passed, reason):
    result = await UserFunctionScorer(lambda _draft: answer, name="own").score(drafted("Text."))
    assert result == Score("own", value, reason, passed=passed)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (None, "returned None; return a number"),
        ("good", "returned 'good'; return a number"),
        (1.5, "returned 1.5; return a number"),
        (-0.01, "returned -0.01"),
        (float("nan"), "returned nan"),
        (float("inf"), "returned inf"),
        ((0.5, ""), "gave '' as its reason"),
        ((0.5, 7), "gave 7 as its reason"),
        ((0.5, "a", "b"), "returned (0.5, 'a', 'b')"),
        ({"value": 1}, "returned {'value': 1}"),
        (["x"] * 100, "…; return"),
        (1j, "returned 1j"),
    ],
)
async def test_invalid_score_is_a_failure(answer, error):
    result = await UserFunctionScorer(lambda _draft: answer, name="own").score(drafted("Text."))
    assert result.value is None
    assert error in result.error


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        (ValueError("no medal"), "raised ValueError: no medal"),
        (KeyError(), "raised KeyError()"),
        (SystemExit(3), "raised RuntimeError: SystemExit(3)"),
        (KeyboardInterrupt(), "raised RuntimeError: KeyboardInterrupt()"),
        (StopIteration(), "raised RuntimeError: StopIteration()"),
    ],
)
async def test_user_function_error_fails_cell(raised, error):
    def own(_draft):
        raise raised

    result = await UserFunctionScorer(own).score(drafted("Text."))
    assert (result.scorer, result.value, result.error) == ("own", None, error)


async def test_an_own_function_may_be_async():
    async def own(draft):
        return len(draft.answer.content) / 10, "letters"

    result = await score(own, drafted("Text."))
    assert (result.scorer, result.value, result.reason) == ("own", 0.5, "letters")


async def test_user_function_calls_are_serial():
    import asyncio

    inside, most, threads = 0, 0, set()

    def own(_draft):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        threads.add(threading.get_ident())
        time.sleep(0.01)
        inside -= 1
        return 1.0

    scorer = UserFunctionScorer(own)
    await asyncio.gather(*(scorer.score(drafted("Text.")) for _ in range(6)))
    assert most == 1
    assert threading.get_ident() not in threads


async def test_a_function_of_a_file(tmp_path):
    file = tmp_path / "scoring.py"
    file.write_text("def medal(draft):\n    return 'medal' in draft.answer.content, 'looked for the medal'\n")
    scorer = resolve({f"{file}:medal": {"name": "has medal"}}, SETTINGS)
    result = await scorer.score(drafted("The medal."))
    assert result == Score("has medal", 1.0, "looked for the medal", passed=True)
    limit = await score({f"{file}:medal": {"at_least": 0.5}}, drafted("Nothing."))
    assert (limit.scorer, limit.passed) == ("medal", False)


async def test_a_function_of_a_module(tmp_path, monkeypatch):
    (tmp_path / "own_module.py").write_text("def half(draft):\n    return 0.5\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert (await score("own_module:half", drafted("Text."))).value == 0.5


def test_functions_that_are_not_there(tmp_path):
    file = tmp_path / "scoring.py"
    file.write_text("limit = 3\nraise_later = None\n")
    broken = tmp_path / "broken.py"
    broken.write_text("import nothing_of_the_kind\n")
    wrong = tmp_path / "wrong.py"
    wrong.write_text("1 / 0\n")
    assert refusal("no_such_module:f") == (
        "scorers: no module named 'no_such_module'; correct the name, or name the file: folder/file.py:function"
    )
    assert "there is no file" in refusal(f"{tmp_path}/none.py:f")
    assert "has no function 'medal'" in refusal(f"{file}:medal")
    assert "'limit' of" in refusal(f"{file}:limit")
    assert "no module named 'nothing_of_the_kind'" in refusal(f"{broken}:f")
    assert "raised ZeroDivisionError: division by zero" in refusal(f"{wrong}:f")
    assert refusal(":f").startswith("scorers: ")
    assert refusal("os:").startswith("scorers: ")


# What may not be named


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            "exhibit-exist",
            "scorers: unknown scorer 'exhibit-exist'; did you mean 'exhibit-exists' or 'exhibit-uncited'?",
        ),
        ("similarty", "unknown scorer 'similarty'; did you mean 'similarity'"),
        ("zzz", "unknown scorer 'zzz'; use one of checks, words, elements"),
        ({"words": {"maximum": 3}}, "scorers.words.maximum: unknown option; did you mean 'max'?"),
        ({"words": {"max": "many"}}, "scorers.words.max: input should be a valid integer"),
        ({"words": {"min": 5, "max": 3}}, "scorers.words: min is 5 and max is 3: no draft can be both"),
        ({"words": 300}, "the options are 300; give them by name: name, at_least, min, max"),
        ({"checks": {"at_least": 1.5}}, "scorers.checks.at_least: input should be less than or equal to 1"),
        ({"checks": {"at_least": float("nan")}}, "scorers.checks.at_least"),
        ({"checks": {"min": 5}}, "scorers.checks.min: unknown option"),
        ({"checks": {"name": "  "}}, "scorers.checks.name"),
        ({"checks": {}, "words": {}}, "a scorer with options is one name, and has checks, words"),
        ({}, "a scorer with options is one name, and has nothing"),
        (3, "3 is no scorer"),
        (None, "None is no scorer"),
    ],
)
def test_what_cannot_be_named(entry, message):
    assert message in refusal(entry)


def test_scorer_problems_are_collected():
    with pytest.raises(InputError) as caught:
        resolve_all(["chekcs", {"words": {"minimum": 1, "maximum": 2}}, "words", "words"], SETTINGS)
    assert [(problem.field, problem.what) for problem in caught.value.problems] == [
        ("scorers[0]", "unknown scorer 'chekcs'"),
        ("scorers[1].words.minimum", "unknown option"),
        ("scorers[1].words.maximum", "unknown option"),
        ("scorers", "2 scorers are called 'words'"),
    ]


def test_the_same_scorer_under_two_names():
    short, long = resolve_all([{"words": {"max": 500, "name": "short"}}, "words"], SETTINGS)
    assert (short.name, long.name) == ("short", "words")


def test_a_scorer_stays_as_it_is():
    scorer = MeasuringScorer("own", lambda _draft, name: Score(name, 1.0, "good"))
    assert resolve(scorer, SETTINGS) is scorer


def test_registry_entries_are_described():
    assert {check.id for check in CHECKS} < set(SCORERS)
    for kind in SCORERS.values():
        assert kind.title
        assert kind.help.endswith(".")


async def test_scores_never_leave_their_bounds():
    draft = drafted("word " * 5000)
    for entry in ("checks", "words", "elements", *(check.id for check in CHECKS)):
        result = await score(entry, replace(draft, approved="word"))
        assert result.value is None or 0 <= result.value <= 1


async def test_plugin_of_guide_scores(packages):
    packages.install_example("tuning.md", "Plug-ins")
    long = f"She {'very ' * 40}truly won. "
    result = await score({"short-sentences": {"at_least": 0.8, "name": "brief"}}, drafted(f"She won. {long}"))
    assert (result.scorer, result.value, result.passed) == ("brief", 0.5, False)
    assert result.reason == "1 of 2 sentences are short"
    assert "did you mean 'short-sentences'?" in refusal("short-sentence")


async def test_plugin_may_be_a_scorer(packages):
    source = """
from workbench.tuning.experiment.cells import Score
class Tone:
    name = "tone"
    async def score(self, draft):
        return Score("tone", 0.25, "too loud", passed=False)
TONE = Tone()
"""
    packages.install("firm-tone", "firm_tone", source, "[workbench.scorers]\ntone = firm_tone:TONE\n")
    result = await score("tone", drafted("She won."))
    assert (result.scorer, result.value, result.reason) == ("tone", 0.25, "too loud")


def test_broken_plugin_breaks_no_other(packages):
    points = "[workbench.scorers]\nbroken = firm_scorer:broken\nshape = firm_scorer:SHAPE\nchecks = firm_scorer:SHAPE\n"
    packages.install("firm-scorer", "firm_scorer", "SHAPE = 3", points)
    assert resolve("checks", SETTINGS).name == "checks"
    assert "the plug-in 'broken' of firm-scorer 1.2" in refusal("broken")
    assert "is no function but int" in refusal("shape")
    assert refusal("shape").startswith("scorers: ")
