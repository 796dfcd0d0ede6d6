"""Qualifiers against the cited pages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from field_letters import field_letters

from workbench.checks.coverage import Coverage
from workbench.checks.draft import DraftSection
from workbench.checks.wording.qualifiers import qualifier


@pytest.fixture(scope="module")
def letters(wu):
    return field_letters(wu)


def check(draft, old, new):
    assert old in draft.content
    return list(qualifier(replace(draft, content=draft.content.replace(old, new, 1), coverage=Coverage())))


@pytest.mark.parametrize("name", ["composer", "epidemiologist", "engineer"])
def test_qualifiers_of_clean_letters_stand(letters, name):
    assert check(letters[name], " ", " ") == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("epidemiologist", "it may shorten", "it will shorten"),
        ("epidemiologist", "has never worked with him", "has worked with him"),
    ],
)
def test_qualifier_that_claims_more(letters, name, old, new):
    findings = check(letters[name], old, new)
    assert findings
    assert findings[0].evidence


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("epidemiologist", "it may shorten", "it possibly shortens"),
        ("epidemiologist", "has never worked with him", "denies having worked with him"),
    ],
)
def test_hedge_in_other_word_passes(letters, name, old, new):
    assert check(letters[name], old, new) == []


def test_qualifier_without_page_is_skipped(letters):
    draft = DraftSection("intro", "He received the prize.", letters["composer"].case)
    assert list(qualifier(draft)) == []
    assert draft.coverage.counts()["qualifier"].unchecked == 1
