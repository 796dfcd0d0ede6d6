"""Embeddings of an endpoint, scripted at the network's edge."""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from scripted_endpoint import Endpoint, embeds, fails, says, streams

import workbench
from workbench.case.document_cache import DOCUMENTS
from workbench.case.loader import load_case
from workbench.case.search import MemoryManager
from workbench.config import Settings, shared_folder
from workbench.drafting.endpoint_embeddings import EndpointEmbedder
from workbench.errors import EmbeddingsError
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

_NUMBERS = itertools.count()
THEMES = ("medal prize honoraria", "academy fellow", "article journal")


@pytest.fixture
def endpoint():
    with Endpoint() as endpoint:
        endpoint.embeddings = embeds(*THEMES)
        yield endpoint
        BackgroundLoop.current().close()


@pytest.fixture
def embedder(endpoint):
    # A model of its own for each test: rows are kept by its name.
    return EndpointEmbedder(f"small-{next(_NUMBERS)}", base_url=endpoint.url, api_key="sk-test")


@pytest.fixture
def wu(tmp_path, read_exhibits):
    shutil.copytree(read_exhibits, tmp_path / DOCUMENTS)
    return load_case("wu", settings=Settings(home=tmp_path, cases=shared_folder("cases")))


def embedded(endpoint):
    return [asked for asked in endpoint.posted if asked.path.endswith("/embeddings")]


def test_rows_have_unit_length(embedder, endpoint):
    rows = embedder.embed(["a medal and an academy", "nothing"])
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1.0, 1.0])
    assert rows.shape == (2, 4)
    assert embedder.host == endpoint.host
    assert embedded(endpoint)[0].headers["authorization"] == "Bearer sk-test"


def test_text_is_sent_once(embedder, endpoint):
    first = embedder.embed(["a medal", "an article", "a medal"])
    again = embedder.embed(["an article", "a fellow"])
    assert [asked.body["input"] for asked in embedded(endpoint)] == [["a medal", "an article"], ["a fellow"]]
    assert np.array_equal(first[1], again[0])


def test_many_texts_go_in_batches(embedder, endpoint):
    assert embedder.embed([f"medal {number}" for number in range(130)]).shape == (130, 4)
    assert [len(asked.body["input"]) for asked in embedded(endpoint)] == [64, 64, 2]


@pytest.mark.parametrize(
    "answer",
    [
        fails(404, message="no embeddings here"),
        fails(401, message="wrong key sk-test"),
        says("not JSON"),
        says(json.dumps({"object": "list", "data": []})),
        says(json.dumps({"data": [{"index": 0, "embedding": ["a"]}]})),
        says("<html>", "text/html"),
    ],
)
def test_refusal_falls_back_to_words(embedder, endpoint, wu, answer):
    endpoint.embeddings = answer
    with pytest.raises(EmbeddingsError) as caught:
        embedder.embed(["a medal"])
    assert "sk-test" not in str(caught.value)
    told: list[str] = []
    with MemoryManager(wu) as lexical, MemoryManager(wu, embedder, told.append) as memory:
        assert memory.passages("Wolf Prize") == lexical.passages("Wolf Prize")
        memory.passages("National Medal")
    assert len(told) == 2
    assert told[0] == f"the exhibits' passages are sent to {endpoint.host} for {embedder.name} embeddings"
    assert told[1].endswith("passages are found by words")


def test_passages_are_fused(embedder, wu):
    with MemoryManager(wu) as lexical, MemoryManager(wu, embedder, lambda _message: None) as memory:
        assert lexical.passages("honoraria") == ()
        found = memory.passages("honoraria", limit=1)[0].text.lower()
        assert "medal" in found or "prize" in found


def test_nothing_is_sent_before_search(embedder, endpoint, wu):
    with MemoryManager(wu, embedder):
        assert embedded(endpoint) == []


@pytest.mark.parametrize("works", [True, False])
def test_run_uses_embeddings_and_says_so(shared_home, endpoint, works):
    endpoint.embeddings = embeds(*THEMES) if works else fails(404)
    endpoint.acts = [streams("Dr. Example received the Invented Medal for Chemistry [@medal, p. 1].\n")]
    name = f"endpoint:run-{next(_NUMBERS)}"
    settings = Settings(
        home=shared_home,
        cases=Path(__file__).parents[1] / "cases",
        model="small-model",
        openai_base_url=endpoint.url,
        openai_api_key="sk-test",
        embeddings=name,
    )
    options = RunOptions(unattended=True, sections=("awards",), max_revisions=0)
    snapshot = workbench.start("minimal", settings=settings, options=options, new=True).wait(60)
    assert snapshot.section("awards").status == "completed"
    lines = [line.message for line in snapshot.logs if line.agent == "memory"]
    assert lines[0] == f"the exhibits' passages are sent to {endpoint.host} for {name} embeddings"
    assert len(lines) == (1 if works else 2)
    assert len(embedded(endpoint)) >= 1
