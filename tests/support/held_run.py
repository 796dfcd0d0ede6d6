"""A run of which only the state is asked for, and what came back of its file."""

from __future__ import annotations

from workbench.errors import InputError
from workbench.export.word_import import read_edited_docx


class HeldRun:
    """A run of which only the state is asked for."""

    def __init__(self, snapshot):
        self.snapshot = snapshot
        self.thread_id = snapshot.thread_id

    def at(self, event_id):
        raise InputError


def read_back(run, word, tmp_path):
    return read_edited_docx(run, word.save(tmp_path / "edited.docx"))


def assert_edits(edited, run, expected, accept=()):
    """The sections that changed, each as expected: pairs of old and new words."""
    wanted = {}
    for section_id, pairs in expected.items():
        content = run.snapshot.section(section_id).content
        for old, new in pairs:
            assert content.count(old) == 1, (old, content.count(old))
            content = content.replace(old, new)
        wanted[section_id] = content.strip()
    assert {name: text.strip() for name, text in edited.edits(accept).items()} == wanted
