"""The cases that drafts are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.config import shared_folder

CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture(scope="session")
def minimal() -> Case:
    return load_case(CASES / "minimal")


@pytest.fixture(scope="session")
def artist() -> Case:
    return load_case(CASES / "artist")


@pytest.fixture(scope="session")
def wu() -> Case:
    return load_case(shared_folder("cases") / "wu")
