"""Sections, prompts and offline drafts of a response to a Request for Evidence."""

import pytest

from workbench.case.loader import load_case
from workbench.config import shared_folder
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.prompts.prompt_text import required_placeholders
from workbench.drafting.prompts.templates import PromptLibrary
from workbench.drafting.request import Assignment
from workbench.drafting.sections import find_prompt, resolve_case_sections, sections_for
from workbench.errors import InputError


@pytest.fixture(scope="module")
def rfe():
    return load_case(shared_folder("cases") / "rfe")


def test_each_request_is_one_section(rfe):
    assert [spec.section_id for spec in sections_for(rfe)] == [
        "rfe_intro",
        "request-membership",
        "request-reputation",
        "request-comstock",
        "request-remuneration",
        "rfe_statement",
        "rfe_conclusion",
    ]
    assert sections_for(rfe)[1].title == "Request 1: The Academy's Requirements for Election"


def test_requested_sections_are_of_response(rfe):
    (spec,) = resolve_case_sections(rfe, ["request-comstock"])
    assert spec.prompt == find_prompt(spec.section_id) == "rfe_request"
    with pytest.raises(InputError, match="did you mean 'request-comstock'"):
        resolve_case_sections(rfe, ["request-comstok"])
    with pytest.raises(InputError, match="unknown section 'awards'"):
        resolve_case_sections(rfe, ["awards"])


def test_prompts_carry_the_request(rfe):
    library = PromptLibrary.shipped()
    for spec in sections_for(rfe):
        system, user = library.render(Assignment(rfe, spec))
        assert "{{" not in system + user
        assert "response to a Request for Evidence" in system
        assert required_placeholders(spec.section_id) <= library.template(spec.section_id).placeholders
        prompt, _, digest = library.version(spec.section_id).partition("+")
        assert prompt.startswith(f"{find_prompt(spec.section_id)}@")
        assert digest == library.template("system_rfe_response").digest
    _, user = library.render(Assignment(rfe, sections_for(rfe)[1]))
    assert "Submit the section of the Academy's constitution or bylaws" in user
    assert "[@request-for-evidence, p. 2]" in user
    assert "There is no evidence in answer to it" in library.render(Assignment(rfe, sections_for(rfe)[4]))[1]


def test_statement_names_what_is_unanswered(rfe):
    text = assemble(rfe, sections_for(rfe)[5])
    answered, _, others = text.partition("not answered, or not in full")
    assert "Request 2, The Reputation" in answered
    assert "Request 3, The Terms of the Comstock Prize. Answered in part. The names" in others
    assert "Request 4, Remuneration. Not answered." in others


def test_markup_of_requests_is_escaped(rfe):
    request = rfe.rfe.requests[0].model_copy(update={"quote": "<b>*Send* [@medal]", "title": "`T`"})
    case = rfe.model_copy(update={"rfe": rfe.rfe.model_copy(update={"requests": (request,)})})
    text = "".join(assemble(case, spec) for spec in sections_for(case))
    assert "\\<b\\>\\*Send\\*" in text
    assert "[@medal]" not in text
    assert "left no request without an answer" in text
