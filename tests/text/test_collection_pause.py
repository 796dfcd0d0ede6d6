"""Pauses of garbage collection."""

from __future__ import annotations

import gc

import pytest

from workbench.text.collection_pause import pause_collection


def test_collection_is_paused_for_the_block():
    assert gc.isenabled()
    with pause_collection():
        assert not gc.isenabled()
        with pause_collection():
            pass
        assert not gc.isenabled(), "an inner block leaves it as it was"
    assert gc.isenabled()


def test_collection_goes_on_after_an_error():
    with pytest.raises(ValueError, match="broken"), pause_collection():
        raise ValueError("broken")
    assert gc.isenabled()
