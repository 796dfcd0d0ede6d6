"""A copy of the minimal case that a test may spoil."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.config import Settings

CASES = Path(__file__).parent.parent / "cases"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", cases=CASES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of ``tests/cases/minimal``."""
    return Path(shutil.copytree(CASES / "minimal", tmp_path / "minimal"))


@pytest.fixture
def add(folder: Path, settings: Settings) -> Callable[[str], Case]:
    """Appends lines to the copy's case.yaml, in place of its list of sections, and loads it."""

    def append(text: str) -> Case:
        file = folder / "case.yaml"
        lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("sections:")]
        file.write_text("\n".join(lines) + text, encoding="utf-8")
        return load_case(folder, settings=settings)

    return append


@pytest.fixture
def edit(folder: Path) -> Callable[[str, str], None]:
    """Replaces the first occurrence of a text in the copy's case.yaml; the text must be there."""

    def replace(old: str, new: str) -> None:
        file = folder / "case.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


@pytest.fixture
def line_of(folder: Path) -> Callable[[str], int]:
    """The 1-based line on which a text first stands in the copy's case.yaml."""

    def find(text: str) -> int:
        lines = (folder / "case.yaml").read_text(encoding="utf-8").split("\n")
        return next(number for number, line in enumerate(lines, start=1) if text in line)

    return find


@pytest.fixture
def minimal(settings: Settings) -> Case:
    return load_case("minimal", settings=settings)


@pytest.fixture
def artist(settings: Settings) -> Case:
    return load_case("artist", settings=settings)
