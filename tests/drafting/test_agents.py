"""WriterAgent with scripted models; ValidatorAgent, and planted defects found by its checks."""

import pytest

from workbench.checks import chosen_checks
from workbench.checks.draft import DraftSection
from workbench.checks.letter import Letter
from workbench.checks.plugins import Plugins
from workbench.checks.registry import CHECKS, Check
from workbench.drafting.agents import ValidatorAgent, WriterAgent
from workbench.drafting.offline.assembler import OfflineAssembler, assemble
from workbench.drafting.request import Assignment, Chunk, ModelUsage
from workbench.drafting.scripted_model import ScriptedModel
from workbench.drafting.sections import SECTIONS
from workbench.errors import ModelError, ModelRefusedError, ModelUnavailableError, Problem

AWARDS = SECTIONS["awards"]


def test_validator_obeys_settings_of_firm(minimal, tmp_path, monkeypatch):
    """As ``workbench check`` does: from the file in force at each review."""
    settings = tmp_path / "checks.yaml"
    monkeypatch.setenv("WORKBENCH_CHECKS", str(settings))
    text = "She won the medal [TODO]. See [@nowhere, p. 1]."

    def review():
        found = ValidatorAgent().review("awards", text, minimal)
        return {finding.check: finding.severity for finding in found}

    settings.write_text("checks: {}", encoding="utf-8")
    assert review()["placeholder"] == review()["exhibit-exists"] == "error"
    settings.write_text("checks: {placeholder: off, exhibit-exists: warning, no-such: off}", encoding="utf-8")
    assert "placeholder" not in review()
    assert review()["exhibit-exists"] == "warning"
    found = ValidatorAgent().review_letter(Letter("draft", text, (DraftSection("awards", text, minimal),), minimal))
    assert any(finding.check == "configuration" and "no-such" in finding.message for finding in found)


def test_validator_runs_plugins(minimal, monkeypatch):
    def find(draft):
        yield draft.finding("firm-tone", "warning", "Slang.", at=(0, 3))

    plugins = Plugins((Check("firm-tone", "No slang", "warning", find, needs_case=False),))
    monkeypatch.setattr(chosen_checks, "load_plugins", lambda: plugins)
    assert "firm-tone" in {finding.check for finding in ValidatorAgent().review("awards", "She won.", minimal)}


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


def test_check_ids_and_titles_are_unique():
    assert len({check.id for check in CHECKS}) == len(CHECKS) == len({check.title for check in CHECKS})


def test_broken_check_never_passes(minimal):
    def broken(draft):
        raise RuntimeError("no such thing")

    validator = ValidatorAgent((Check("broken", "A broken check", "error", broken), *CHECKS))
    (finding,) = validator.review("awards", assemble(minimal, SECTIONS["awards"]), minimal)
    assert (finding.check, finding.severity, finding.section_id) == ("broken", "warning", "awards")
    assert finding.message == "Not checked: “A broken check” broke on this draft (RuntimeError: no such thing)."


def test_findings_are_sorted_by_severity(minimal):
    text = "She is at the very top of the field.\n\n[@nowhere]\n\n[@elsewhere]\n"
    findings = ValidatorAgent().review("awards", text, minimal)
    ranks = [(finding.severity != "error", finding.line or 0) for finding in findings]
    assert ranks == sorted(ranks)


PLANTED = [
    ("awards", "[@nms-record, p. 1]", "[@nms-rekord, p. 1]", "exhibit-exists"),
    ("awards", "[@nms-record, p. 1]", "[@nms-record, p. 99]", "exhibit-exists"),
    ("awards", "[@nms-record, p. 1]", "(Exhibit 4)", "exhibit-exists"),
    ("awards", "[@nms-record, p. 1]", "[@nms-record, page one]", "exhibit-exists"),
    ("awards", " [@comstock-record, p. 1]", "", "claim-uncited"),
    ("awards", "The focus is on receipt", "She won 12 of them. The focus is on receipt", "claim-uncited"),
    ("awards", "For these reasons,", "[TODO] For these reasons,", "placeholder"),
    ("critical_role", "§ 204.5(h)(3)(viii). A leading", "§ 204.5(h)(3)(vii). A leading", "cfr-matches-section"),
    ("final_merits", "§ 204.5(h)(2).", "§ 214.2(o)(3)(ii).", "cfr-matches-section"),
    ("awards", "of lesser nationally or", "of lesser nationally and", "regulation-quote"),
    ("final_merits", "“a level of expertise indicating", "“a degree of expertise indicating", "regulation-quote"),
    ("intro", "596 F.3d 1115", "580 F.3d 1030", "legal-citation"),
    ("intro", "25 I&N Dec. 369", "25 I&N Dec. 396", "legal-citation"),
    ("awards", "reasons, Dr. Wu", "reasons, Dr. Wuu", "naming"),
    ("awards", "reasons, Dr. Wu", "reasons, Prof. Wu", "naming"),
    ("intro", "Dr. Chien-Shiung Wu respectfully", "Dr. Chien-Shuing Wu respectfully", "naming"),
    ("intro", "on her own behalf", "on his own behalf", "naming"),
    ("intro", "field of experimental nuclear physics", "field of nuclear experimental physics", "naming"),
    ("intro", "**Authorship of Scholarly Articles**, 8 C.F.R. § 204.5(h)(3)(vi).", "**Articles**.", "criteria-set"),
    ("awards", "For these reasons, Dr. Wu", "At the very top of her field, Dr. Wu", "top-of-field"),
]


@pytest.mark.parametrize(("section_id", "old", "new", "check"), PLANTED)
def test_planted_defect_is_found_at_line(wu, section_id, old, new, check):
    text = assemble(wu, SECTIONS[section_id])
    assert old in text
    place = text.index(old)
    findings = ValidatorAgent().review(section_id, text.replace(old, new, 1), wu)
    found = [finding for finding in findings if finding.check == check]
    assert found, findings
    if check != "criteria-set":  # what is absent has no line
        assert text.count("\n", 0, place) + 1 in {finding.line for finding in found}
    assert {finding.section_id for finding in findings} == {section_id}
