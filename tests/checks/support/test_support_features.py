"""Features of the support score, and its model."""

from __future__ import annotations

import pytest

from workbench.checks.support.support_features import (
    FEATURES,
    ComparedText,
    SupportFeatures,
    choose_passages,
    find_opposite,
    longest_run,
    measure_support,
)
from workbench.checks.support.support_model import read_model

# More of these never lowers the score, or never raises it.
FOR, AGAINST = (
    {"best", "three", "all", "pairs", "letters", "run", "numbers", "names"},
    {
        "numbers_absent",
        "names_absent",
        "negation",
        "opposite",
        "words_absent",
    },
)


def texts(*sentences):
    return [ComparedText(sentence) for sentence in sentences]


def test_number_words_match_digits():
    [claim, passage] = texts("Nine scientists received seven prizes.", "9 scientists received 7 prizes.")
    assert measure_support(claim, [passage]).numbers == 1
    assert measure_support(claim, texts("Eight scientists met.")).numbers_absent == 1


def test_passages_complete_each_other():
    claim = ComparedText("The salt mine near Cleveland housed the calcium apparatus.")
    passages = texts("The calcium apparatus is new.", "Nothing is said here.", "A salt mine near Cleveland was leased.")
    assert choose_passages(claim, passages) == [2, 0]


def test_opposite_needs_one_word_only():
    both = ComparedText("She was associate professor and then full professor.")
    assert find_opposite(both, texts("Appointed associate professor."), texts("associate professor")[0].present) is None
    published = ComparedText("The article was published.")
    submitted = texts("The article was submitted.")
    assert find_opposite(published, submitted, submitted[0].present) is not None


def test_prefix_makes_opposite():
    passage = ComparedText("The report is unpublished.")
    assert find_opposite(ComparedText("The report is published."), [passage], passage.present) == (
        "published",
        "unpublished",
    )


def test_longest_run_counts_stretch():
    assert longest_run(["a", "b", "c", "d"], ["x", "b", "c", "d", "a"]) == 3
    assert longest_run([], ["a"]) == 0


def test_longest_run_of_repeated_word():
    # Only the first places of a word count, so that a text of one word costs no square.
    assert longest_run(["a"] * 20_000, ["a"] * 20_000) == 12


@pytest.mark.parametrize("name", FEATURES)
def test_model_keeps_signs(name):
    coefficient = read_model().coefficients[FEATURES.index(name)]
    assert name not in FOR or coefficient >= 0
    assert name not in AGAINST or coefficient <= 0


def test_model_names_its_origin():
    model = read_model()
    assert sum(model.trained_on.values()) == sum(rows for _, _, rows in model.calibration)
    assert not any("test" in name for name in model.trained_on)
    assert model.not_found_below < model.warned_below < model.supported_from
    assert model.estimate(SupportFeatures()) < model.not_found_below
