"""Sections, prompts and offline drafts of an expert letter."""

import pytest

from workbench.case.loader import load_case
from workbench.config import shared_folder
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.prompts.prompt_text import required_placeholders
from workbench.drafting.prompts.templates import PromptLibrary
from workbench.drafting.request import Assignment
from workbench.drafting.sections import find_prompt, sections_for


@pytest.fixture(scope="module")
def case():
    return load_case(shared_folder("cases") / "letter")


def test_each_opinion_is_one_section(case):
    assert [(spec.section_id, find_prompt(spec.section_id)) for spec in sections_for(case)] == [
        ("letter_signer", "letter_signer"),
        ("letter_relation", "letter_relation"),
        ("opinion-apparatus", "letter_opinion"),
        ("opinion-change", "letter_opinion"),
        ("letter_closing", "letter_closing"),
    ]


def test_prompts_carry_signer_and_opinion(case):
    library = PromptLibrary.shipped()
    for spec in sections_for(case):
        system, user = library.render(Assignment(case, spec))
        assert "{{" not in system + user
        assert "first person" in system
        assert "Dr. Edith Muster, Professor of Physics" in user
        assert required_placeholders(spec.section_id) <= library.template(spec.section_id).placeholders
    _, user = library.render(Assignment(case, sections_for(case)[2]))
    assert "as much an achievement of the laboratory as of thought" in user
    assert "Nobody in my own laboratory" in user


def test_dependent_signer_says_so(case):
    dependent = case.model_copy(update={"signer": case.signer.model_copy(update={"independent": False})})
    text = assemble(dependent, sections_for(case)[1])
    assert text.startswith("I do not write as an independent expert. I have never worked")
