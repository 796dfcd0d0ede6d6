"""Offline drafts: complete, cited and accepted by our checks.

They invent no evidence.
"""

import re

import pytest

from workbench.case.citation import Citation, find_citations
from workbench.case.criteria import CRITERIA
from workbench.case.model import Cite, Fact
from workbench.drafting.agents import ValidatorAgent
from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.offline.arguments import CLOSINGS, DRAWN, FRAMES, NOUNS, SHOWN
from workbench.drafting.offline.assembler import OfflineAssembler, assemble
from workbench.drafting.offline.evidence import cite_fact, escape_markdown
from workbench.drafting.request import Assignment, ModelRequest, ModelUsage
from workbench.drafting.sections import SECTIONS, sections_for
from workbench.text.sentences import find_sentences


def drafts(case):
    return {spec.section_id: assemble(case, spec) for spec in sections_for(case)}


@pytest.mark.parametrize("name", ["minimal", "wu"])
def test_assembled_draft_passes_all_checks(request, name):
    case = request.getfixturevalue(name)
    texts = drafts(case)
    assert texts
    for section_id, text in texts.items():
        assert ValidatorAgent().review(section_id, text, case, earlier=texts) == ()


def test_gaps_in_case_are_reported(artist):
    findings = [
        finding
        for section_id, text in drafts(artist).items()
        for finding in ValidatorAgent().review(section_id, text, artist)
    ]
    assert {finding.check for finding in findings} == {"element-missing"}


@pytest.mark.parametrize("name", ["minimal", "artist", "wu"])
def test_every_fact_has_its_exhibit(request, name):
    case = request.getfixturevalue(name)
    texts = drafts(case)
    for claim in case.claims:
        for item in claim.items:
            for facts in item.elements.values():
                for fact in facts:
                    assert _bare(fact.text) in _bare(texts[claim.criterion])
    for section_id, elements in case.narrative.items():
        for facts in elements.values():
            for fact in facts:
                assert _bare(fact.text) in _bare(texts[section_id])
                assert {cite.exhibit for cite in fact.cites} <= _ids(texts[section_id])


@pytest.mark.parametrize("name", ["minimal", "artist", "wu"])
def test_every_cited_sentence_is_a_fact(request, name):
    case = request.getfixturevalue(name)
    known = _bare(" ".join(fact.text for fact in case.facts()))
    titles = [_bare(item.title) for claim in case.claims for item in claim.items]
    for text in drafts(case).values():
        for block in text.split("\n\n"):
            for line in block.split("\n"):
                for start, end in find_sentences(line):
                    sentence = line[start:end]
                    if not _ids(sentence):
                        continue
                    bare = _bare(sentence)
                    is_listing = any(title in bare for title in titles)
                    assert is_listing or any(bare[cut:] in known for cut in range(len(bare) // 2)), sentence


@pytest.mark.parametrize("criterion_id", CRITERIA)
def test_every_criterion_is_argued(minimal, criterion_id):
    criterion = CRITERIA[criterion_id]
    fact = minimal.claims[0].items[0].elements["received"][0]
    item = (
        minimal.claims[0]
        .items[0]
        .model_copy(update={"elements": {element.id: (fact,) for element in criterion.elements}, "role": "critical"})
    )
    claim = minimal.claims[0].model_copy(update={"criterion": criterion_id, "items": (item, item)})
    if criterion_id == "comparable_evidence":
        claim = claim.model_copy(update={"in_place_of": "display"})
    case = minimal.model_copy(update={"claims": (claim,)})
    text = assemble(case, SECTIONS[criterion_id])
    assert criterion.cite in text
    assert text.count("### ") == 2
    assert "leading or critical role for" not in text.split("\n\n", 3)[3]
    assert ValidatorAgent().review(criterion_id, text, case) == ()
    assert FRAMES[criterion_id]
    assert NOUNS[criterion_id]
    assert any(_worded(clause, case).search(text) for clause in SHOWN[criterion_id])


def test_element_without_facts_is_omitted(minimal):
    item = minimal.claims[0].items[0]
    thin = item.model_copy(update={"elements": {"received": item.elements["received"]}})
    case = minimal.model_copy(update={"claims": (minimal.claims[0].model_copy(update={"items": (thin,)}),)})
    text = assemble(case, SECTIONS["awards"])
    assert "excellence*" not in text
    assert "the award was received by Dr. Example." in text
    assert not any(_worded(clause, case).search(text) for clause in (*SHOWN["awards"], *CLOSINGS))


def test_partial_elements_limit_the_conclusion(minimal):
    item = minimal.claims[0].items[0]
    some = {name: item.elements[name] for name in ("received", "in_field")}
    thin = item.model_copy(update={"elements": some})
    case = minimal.model_copy(update={"claims": (minimal.claims[0].model_copy(update={"items": (thin,)}),)})
    drawn = assemble(case, SECTIONS["awards"]).rstrip().split("\n\n")[-1]
    assert drawn.endswith(
        "that the award was received by Dr. Example and that the excellence was in the field of endeavor."
    )


@pytest.mark.parametrize("section_id", ["awards", "membership", "publications", "critical_role"])
def test_item_conclusions_are_unique(wu, section_id):
    text = assemble(wu, SECTIONS[section_id])
    items = text.split("\n### ")[1:]
    drawn = [
        paragraph
        for item in items
        for paragraph in item.split("\n\n")
        if any(_worded(opening, wu).fullmatch(paragraph.strip()) for opening in DRAWN)
    ]
    assert len(drawn) == len(items) > 1
    assert len(drawn) == len(set(drawn))
    assert len([closing for closing in CLOSINGS if _worded(closing, wu).search(text)]) == 1


def test_regulation_quote_ends_correctly(wu):
    quoted = [line for text in drafts(wu).values() for line in text.splitlines() if line.startswith("> ")]
    assert len(quoted) == 4
    assert all(line.endswith("[.]") for line in quoted)


def test_final_merits_conclude_only_facts(artist):
    texts = drafts(artist)
    assert "has sustained national or international acclaim" in texts["final_merits"]
    assert "shows that Ms. Beispiel is one of that small percentage" not in texts["final_merits"]
    assert "that she is one of that small percentage" not in texts["final_merits"]
    assert "very top" not in texts["conclusion"]
    assert "qualifies" not in texts["conclusion"]


def test_complete_case_is_said_to_qualify(wu):
    assert "Dr. Wu qualifies by a preponderance of the evidence" in drafts(wu)["conclusion"]


def test_conclusion_repeats_no_fact(wu):
    assert not _ids(drafts(wu)["conclusion"])


def test_assembler_is_deterministic(wu):
    assert drafts(wu) == drafts(wu)


@pytest.mark.parametrize("name", ["minimal", "artist", "wu"])
def test_cleaning_keeps_the_assembled_draft(request, name):
    case = request.getfixturevalue(name)
    for section_id, text in drafts(case).items():
        assert clean_markdown(text, title=SECTIONS[section_id].title) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She won.", "She won [@a, p. 1]."),
        ("She won. She left.", "She won [@a, p. 1]. She left [@a, p. 1]."),
        ("He said “she won.”", "He said “she won” [@a, p. 1]."),
        ("Dr. Wu won in the U.S.", "Dr. Wu won in the U.S [@a, p. 1]."),
        ("She won *much* <b>", r"She won \*much\* \<b\> [@a, p. 1]."),
        ("# She won.", r"\# She won [@a, p. 1]."),
    ],
)
def test_cited_fact_keeps_its_words(text, expected):
    fact = Fact(text=text, cites=(Cite(exhibit="a", pages=(1,)),))
    assert cite_fact(fact) == expected


def test_fact_brackets_are_no_citation():
    assert not [found for found in find_citations(escape_markdown("as [@x, p. 1] says")) if isinstance(found, Citation)]


async def test_assembler_streams_words_without_usage(minimal):
    spec = SECTIONS["awards"]
    request = ModelRequest("awards", "", "", Assignment(minimal, spec))
    model = OfflineAssembler()
    await model.check()
    chunks = [chunk async for chunk in model.stream(request)]
    await model.aclose()
    assert "".join(chunk.text for chunk in chunks) == assemble(minimal, spec)
    assert len(chunks) > 100
    assert chunks[-1].usage == ModelUsage(0, 0, 0.0)
    assert model.host is None
    assert "no language model" in model.label


def _worded(wording, case):
    """Pattern of a wording with open blanks.

    The beneficiary's name is filled in.
    """
    named = wording.replace("{who}", case.beneficiary.reference)
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^\n]+?", re.escape(named)))


def _ids(text):
    return {found.exhibit_id for found in find_citations(text) if isinstance(found, Citation)}


def _bare(text):
    without = re.sub(r"\s*\[@[^\]]*\]", "", text)
    return re.sub(r"[^a-z0-9]+", "", without.casefold())
