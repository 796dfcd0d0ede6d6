"""Examples in the docstrings of tuning and drafting, run offline."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

import workbench

PACKAGE = Path(workbench.__file__).parent
MODULES = [
    ".".join(("workbench", *path.relative_to(PACKAGE).with_suffix("").parts))
    for room in ("drafting", "tuning")
    for path in sorted((PACKAGE / room).rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_run(name):
    results = doctest.testmod(importlib.import_module(name))
    assert results.attempted
    assert not results.failed
