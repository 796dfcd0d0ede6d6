"""The structure of the package, as ``metrics.py`` counts it."""

from __future__ import annotations

from .metrics import measure, package_modules


def test_no_import_cycle():
    assert measure().cycles == []


def test_no_import_points_up():
    assert measure().upward == []


def test_class_names_are_unique():
    assert measure().double_classes == []


def test_docstrings_open_without_question_words():
    assert measure().questions == []


def test_few_functions_named_by_participles():
    assert len(measure().participles) <= 30


def test_every_module_is_counted():
    assert measure().modules == len(package_modules()) > 200
