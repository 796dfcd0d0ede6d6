"""A whole petition by the packaged small model.

It answers behind the OpenAI protocol.

It has 135 M parameters and invents facts: what must hold is that everything is streamed, counted, checked and said.
"""

from __future__ import annotations

import pytest
from model_relay import ModelRelay

import workbench
from workbench.config import Settings
from workbench.drafting.local_model import LocalModelServer
from workbench.live.events import SectionDelta
from workbench.workflow.context import RunOptions


@pytest.fixture(scope="module")
def endpoint():
    # The model reads slowly: with a short context, passages are dropped from the prompts.
    with LocalModelServer() as server, ModelRelay(server.url, context_tokens=1536) as relay:
        relay.model = server.model
        yield relay


def test_it_completes_streams_and_counts(settings, endpoint):
    # The model writes slowly, and does not always stop: a draft that is cut off is kept, and counted like any other.
    of_model = {"model": endpoint.model, "openai_base_url": endpoint.url, "max_output_tokens": 64}
    with_model = Settings(**settings.model_dump() | of_model)
    run = workbench.prepare(
        "minimal",
        settings=with_model,
        options=RunOptions(unattended=True, max_revisions=0, concurrency=2, sections=("background", "benefit")),
    )
    deltas: dict[str, int] = {}

    def count(batch, _snapshot):
        for event in batch:
            if isinstance(event, SectionDelta):
                deltas[event.section_id] = deltas.get(event.section_id, 0) + 1

    run.subscribe(count)
    run.start()
    snapshot = run.wait(600)
    assert snapshot.status == "completed"
    assert endpoint.model in snapshot.model
    assert "127.0.0.1" in snapshot.model
    assert snapshot.usage.input_tokens > 0
    assert snapshot.usage.output_tokens > 0
    for section in snapshot.sections:
        assert section.content
        assert section.tokens_used > 0
        assert deltas[section.section_id] > 1
        assert section.status in {"completed", "needs_review"}
    sent = [line.message for line in snapshot.logs if "requests go to" in line.message]
    assert len(sent) == 1
