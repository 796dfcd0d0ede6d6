"""The structure of the package, as ``metrics.py`` counts it."""

from __future__ import annotations

import pytest

from .metrics import measure, package_modules


@pytest.fixture(scope="module")
def counts():
    return measure()


def test_no_import_cycle(counts):
    assert counts.cycles == []


def test_no_import_points_up(counts):
    assert counts.upward == []


def test_class_names_are_unique(counts):
    assert counts.double_classes == []


def test_docstrings_open_without_question_words(counts):
    assert counts.questions == []


def test_few_functions_named_by_participles(counts):
    assert len(counts.participles) <= 30


def test_every_module_is_counted(counts):
    assert counts.modules == len(package_modules()) > 200
