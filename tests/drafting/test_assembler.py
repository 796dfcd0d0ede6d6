"""The offline draft: whole, cited, clean by our own checks, and without an invented word of evidence."""

import re

import pytest

from workbench.case.citation import Citation, find_citations
from workbench.case.criteria import CRITERIA
from workbench.case.model import Cite, Fact
from workbench.checks.prose import find_sentences
from workbench.drafting.argument import FRAMES, NOUNS, TIES
from workbench.drafting.assembler import OfflineAssembler, assemble
from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.evidence import cited, escape
from workbench.drafting.request import Assignment, ModelRequest, ModelUsage
from workbench.drafting.sections import SECTIONS, sections_for
from workbench.drafting.validator import ValidatorAgent


def drafts(case):
    return {spec.section_id: assemble(case, spec) for spec in sections_for(case)}


@pytest.mark.parametrize("name", ["minimal", "wu"])
def test_our_own_checks_find_nothing_in_it(request, name):
    case = request.getfixturevalue(name)
    texts = drafts(case)
    assert texts
    for section_id, text in texts.items():
        assert ValidatorAgent().review(section_id, text, case, earlier=texts) == ()


def test_a_case_with_gaps_is_reported_not_papered_over(artist):
    findings = [
        finding
        for section_id, text in drafts(artist).items()
        for finding in ValidatorAgent().review(section_id, text, artist)
    ]
    assert {finding.check for finding in findings} == {"element-missing"}


@pytest.mark.parametrize("name", ["minimal", "artist", "wu"])
def test_every_fact_stands_there_with_its_exhibit(request, name):
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
def test_every_cited_sentence_is_a_fact_of_the_case(request, name):
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
def test_every_criterion_can_be_argued(minimal, criterion_id):
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


def test_an_element_without_facts_is_left_out_and_nothing_is_claimed_for_it(minimal):
    item = minimal.claims[0].items[0]
    thin = item.model_copy(update={"elements": {"received": item.elements["received"]}})
    case = minimal.model_copy(update={"claims": (minimal.claims[0].model_copy(update={"items": (thin,)}),)})
    text = assemble(case, SECTIONS["awards"])
    assert "excellence*" not in text
    assert "meets criterion" not in text
    assert not any(tie.format(asks="the prize or award was given for excellence") in text for tie in TIES)


def test_no_sentence_of_argument_is_said_twice_in_a_section(wu):
    text = assemble(wu, SECTIONS["awards"])
    argued = [
        re.sub(r"^.*\] *", "", text_line[start:end])
        for text_line in text.splitlines()
        for start, end in find_sentences(text_line)
    ]
    ties = [line for line in argued if "the award" in line and "[@" not in line]
    assert len(ties) > 4
    assert len(ties) == len(set(ties))


def test_the_same_case_gives_the_same_draft(wu):
    assert drafts(wu) == drafts(wu)


@pytest.mark.parametrize("name", ["minimal", "artist", "wu"])
def test_cleaning_changes_nothing_in_it(request, name):
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
def test_a_fact_keeps_its_words_and_gains_its_citation(text, expected):
    fact = Fact(text=text, cites=(Cite(exhibit="a", pages=(1,)),))
    assert cited(fact) == expected


def test_a_facts_own_brackets_cannot_become_a_citation():
    assert not [found for found in find_citations(escape("as [@x, p. 1] says")) if isinstance(found, Citation)]


async def test_it_streams_word_by_word_and_uses_nothing(minimal):
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


def _ids(text):
    return {found.exhibit_id for found in find_citations(text) if isinstance(found, Citation)}


def _bare(text):
    without = re.sub(r"\s*\[@[^\]]*\]", "", text)
    return re.sub(r"[^a-z0-9]+", "", without.casefold())
