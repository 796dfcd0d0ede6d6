"""Embeddings that the settings name."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from workbench.case.embeddings import OfflineEmbedder
from workbench.config import Settings
from workbench.drafting.configured_embedder import embedder_from_settings


def test_no_setting_means_no_embeddings():
    assert embedder_from_settings(Settings()) is None


def test_offline_embeddings_stay_here():
    embedder = embedder_from_settings(Settings(embeddings="offline"))
    assert isinstance(embedder, OfflineEmbedder)
    assert embedder.host is None


def test_setting_names_model():
    settings = Settings(embeddings="endpoint:nomic-embed", openai_base_url="http://127.0.0.1:9/v1")
    embedder = embedder_from_settings(settings)
    assert embedder is not None
    assert embedder.name == "endpoint:nomic-embed"
    assert embedder.host == "127.0.0.1:9"
    with pytest.raises(ValidationError):
        Settings(embeddings="endpoint:")


def test_no_endpoint_imports_no_client():
    """Half a second of processor time for openai, which most kernels do not need."""
    program = (
        "import sys; from workbench.config import Settings; "
        "from workbench.drafting.configured_embedder import embedder_from_settings; "
        "embedder_from_settings(Settings()); print('openai' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
