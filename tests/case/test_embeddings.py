"""Passages found by meaning."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from workbench.case.embeddings import OfflineEmbedder
from workbench.case.search import MemoryManager, fuse_ranks
from workbench.errors import InputError


def test_rows_have_unit_length():
    rows = OfflineEmbedder().embed(["a medal of a learned society", "an annual salary"])
    assert rows.shape == (2, 256)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=1e-3)


def test_empty_text_has_finite_row():
    assert np.isfinite(OfflineEmbedder().embed([""])).all()


def test_passage_without_common_word(minimal):
    words = "remuneration honoraria"
    with MemoryManager(minimal) as lexical, MemoryManager(minimal, OfflineEmbedder()) as fused:
        assert lexical.passages(words) == ()
        assert fused.passages(words)


def test_added_exhibit_is_embedded(minimal):
    document = next(iter(minimal.documents.values())).model_copy(update={"pages": ("A prize for chess.",)})
    with MemoryManager(minimal, OfflineEmbedder()) as memory:
        memory.add("chess", document)
        assert memory.passages("championship of board games", limit=1)[0].exhibit_id == "chess"


def test_fused_item_of_both_rankings():
    scores = fuse_ranks([[1, 2, 3], [3, 4]])
    assert max(scores, key=scores.__getitem__) == 3
    assert set(scores) == {1, 2, 3, 4}


def test_root_logger_stays_bare():
    run = "import logging; from workbench.case.embeddings import OfflineEmbedder; OfflineEmbedder(); "
    code = run + "print(logging.getLogger().handlers)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"


def test_missing_weights_name_extra(monkeypatch):
    from workbench.case import embeddings

    embeddings._load_weights.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "wordllama", None)
    with pytest.raises(InputError, match=r"eb1a-workbench\[embed\]"):
        OfflineEmbedder()
    embeddings._load_weights.cache_clear()
