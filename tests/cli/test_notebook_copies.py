"""Copies of the notebooks: renewed with a release, unless they were edited."""

from __future__ import annotations

import json
import stat

import pytest

from workbench.cli.notebook_copies import copy_notebooks


def write(path, *sources, outputs=()):
    cells = [
        {"cell_type": "code", "id": str(number), "metadata": {}, "source": source, "outputs": list(outputs)}
        for number, source in enumerate(sources)
    ]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


def sources(path):
    return [cell["source"] for cell in json.loads(path.read_text())["cells"]]


@pytest.fixture
def shipped(tmp_path):
    folder = tmp_path / "shipped"
    folder.mkdir()
    write(folder / "01.ipynb", "first")
    return folder


def test_copies_are_private(shipped, tmp_path):
    assert copy_notebooks(shipped, tmp_path / "mine") == []
    assert stat.S_IMODE((tmp_path / "mine" / "01.ipynb").stat().st_mode) == 0o600
    assert sources(tmp_path / "mine" / "01.ipynb") == ["first"]


def test_run_copy_is_renewed(shipped, tmp_path):
    copy = tmp_path / "mine" / "01.ipynb"
    copy_notebooks(shipped, copy.parent)
    write(copy, ["fi", "rst"], outputs=[{"output_type": "stream", "name": "stdout", "text": "done"}])
    write(shipped / "01.ipynb", "second")
    assert copy_notebooks(shipped, copy.parent) == []
    assert sources(copy) == ["second"]


def test_edited_copy_is_named_once(shipped, tmp_path):
    copy = tmp_path / "mine" / "01.ipynb"
    copy_notebooks(shipped, copy.parent)
    write(copy, "mine")
    write(shipped / "01.ipynb", "second")
    assert copy_notebooks(shipped, copy.parent) == ["01.ipynb"]
    assert copy_notebooks(shipped, copy.parent) == []
    assert sources(copy) == ["mine"]
    write(shipped / "01.ipynb", "third")
    assert copy_notebooks(shipped, copy.parent) == ["01.ipynb"]


@pytest.mark.parametrize("content", ["", "{", '{"cells": 3}', "[]"])
def test_damaged_copy_stays(shipped, tmp_path, content):
    copy = tmp_path / "mine" / "01.ipynb"
    copy_notebooks(shipped, copy.parent)
    copy.write_text(content)
    assert copy_notebooks(shipped, copy.parent) == ["01.ipynb"]
    assert copy.read_text() == content


def test_lost_record_loses_no_edit(shipped, tmp_path):
    copy = tmp_path / "mine" / "01.ipynb"
    copy_notebooks(shipped, copy.parent)
    write(copy, "mine")
    (copy.parent / ".shipped.json").write_text("[")
    assert copy_notebooks(shipped, copy.parent) == ["01.ipynb"]
    assert sources(copy) == ["mine"]
