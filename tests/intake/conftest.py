"""Loose documents, and a case that was taken in from some."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.config import Settings
from workbench.intake.case_editor import CaseEditor
from workbench.intake.new_case import new_case

MEDAL = """Medal of the Invented Academy

May 4, 2021

The medal was awarded to Dr. Ada Example. The award is an internationally recognized prize for excellence.
Dr. Ada Example received the medal, and she gave a speech about her work. She thanked her teachers.
"""
NOTES = "# Plans of the laboratory\n\nWords without a date or a sender.\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", use_redis=False)


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """An empty folder for documents."""
    folder = tmp_path / "documents"
    folder.mkdir()
    return folder


@pytest.fixture
def take_in(tmp_path: Path, documents: Path, settings: Settings) -> Callable[..., CaseEditor]:
    """Makes a case from texts by file name, and from what the folder of documents holds already."""

    def make(texts: dict[str, str] | None = None, **options: object) -> CaseEditor:
        for name, text in (texts or {}).items():
            (documents / name).write_text(text, encoding="utf-8")
        options = {"name": "Ada Example", "field": "physical chemistry"} | options
        return new_case(tmp_path / "example", documents, settings=settings, **options)

    return make


@pytest.fixture
def editor(take_in: Callable[..., CaseEditor]) -> CaseEditor:
    """A case of two texts, with guesses and gaps."""
    return take_in({"medal.txt": MEDAL, "notes.md": NOTES})
