"""WriterAgent with scripted models."""

import pytest

from workbench.drafting.agents import WriterAgent
from workbench.drafting.offline.assembler import OfflineAssembler, assemble
from workbench.drafting.request import Assignment, Chunk, ModelUsage
from workbench.drafting.scripted_model import ScriptedModel
from workbench.drafting.sections import SECTIONS
from workbench.errors import ModelError, ModelRefusedError, ModelUnavailableError, Problem

AWARDS = SECTIONS["awards"]


async def test_writer_streams_and_returns_clean_draft(minimal):
    model = ScriptedModel({"awards": ["# Awards\n\n<b>She</b> won [@medal, p. 1]."]}, usage=ModelUsage(7, 5, 0.25))
    pieces = []
    writer = WriterAgent(model)
    draft = await writer.draft(Assignment(minimal, AWARDS), pieces.append)
    assert "".join(pieces) == "# Awards\n\n<b>She</b> won [@medal, p. 1]."
    assert len(pieces) > 3
    assert draft.content == "She won [@medal, p. 1].\n"
    assert draft.usage == ModelUsage(7, 5, 0.25)
    assert draft.prompt_version == writer.prompts.version("awards")
    (request,) = model.requests
    assert request.section_id == "awards"
    assert AWARDS.title in request.user
    assert "Dr. Example" in request.system
    assert request.max_output_tokens >= AWARDS.words[1]


async def test_assembler_streams_its_draft(minimal):
    pieces = []
    draft = await WriterAgent(OfflineAssembler()).draft(Assignment(minimal, AWARDS), pieces.append)
    assert draft.content == "".join(pieces) == assemble(minimal, AWARDS)
    again = Assignment(minimal, AWARDS, previous="Something else.", instruction="Be bold.")
    assert (await WriterAgent(OfflineAssembler()).draft(again, pieces.append)).content == draft.content


@pytest.mark.parametrize("answer", ["", "  \n", "```\n```", "<br>"])
async def test_empty_answer_names_the_section(minimal, answer):
    with pytest.raises(ModelError, match="section awards: scripted model gave an empty answer"):
        await WriterAgent(ScriptedModel(default=answer)).draft(Assignment(minimal, AWARDS), lambda _: None)


async def test_scripted_attempts_follow_their_order(minimal):
    lost = ModelUnavailableError("lost")
    model = ScriptedModel({"awards": [lost, "One.", "Two."]}, default="Other.")
    writer = WriterAgent(model)

    async def write(spec):
        return (await writer.draft(Assignment(minimal, spec), lambda _: None)).content

    with pytest.raises(ModelUnavailableError):
        await write(AWARDS)
    assert [await write(AWARDS), await write(AWARDS), await write(AWARDS)] == ["One.\n", "Two.\n", "Two.\n"]
    assert await write(SECTIONS["benefit"]) == "Other.\n"
    assert model.calls == ["awards"] * 4 + ["benefit"]
    await model.aclose()
    assert model.closed


async def test_scripted_refusal_is_raised_at_check():
    refused = ModelRefusedError(Problem("refused", "change the key"))
    with pytest.raises(ModelRefusedError):
        await ScriptedModel(on_check=refused).check()
    await ScriptedModel().check()


class Restarting(ScriptedModel):
    """Breaks off once and begins again."""

    async def stream(self, request):
        yield Chunk(text="A broken ")
        yield Chunk(text="Whole ", restart=True)
        yield Chunk(text="again.")
        yield Chunk(usage=ModelUsage(1, 2, None))


async def test_restarted_answer_drops_earlier_text(minimal):
    pieces = []
    draft = await WriterAgent(Restarting()).draft(Assignment(minimal, AWARDS), pieces.append, on_restart=pieces.clear)
    assert pieces == ["Whole ", "again."]
    assert draft.content == "Whole again.\n"
    assert draft.usage.cost_usd is None


class _Endless(ScriptedModel):
    """An endpoint that heeds no limit."""

    async def stream(self, request):
        try:
            while True:
                yield Chunk(text="She won [@medal, p. 1]. " * 100)
        finally:
            self.closed = True


async def test_endless_answer_is_cut_off(minimal):
    model = _Endless()
    pieces = []
    draft = await WriterAgent(model).draft(Assignment(minimal, AWARDS), pieces.append)
    assert "goes on beyond" in draft.cut_off
    assert 10_000 < len("".join(pieces)) < 100_000
    assert model.closed
