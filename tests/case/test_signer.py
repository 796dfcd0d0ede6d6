"""The signer of an expert letter in the case file: facts, sections, and what is refused."""

import pytest

from workbench.errors import CaseError

LETTER = """
document_type: expert_letter
signer:
  name: Dr. Edith Muster
  position: Professor
  organization: A University
  independent: true
  relation: I have never worked with her.
  qualifications:
    - {text: I teach chemistry., cites: [{exhibit: medal, pages: [1]}]}
  knowledge:
    - {text: I read the article., cites: [{exhibit: medal, pages: [1]}]}
  opinions:
    - id: method
      title: The Method
      opinion: In my opinion it is sound.
      facts:
        - {text: The method is used., cites: [{exhibit: medal, pages: [1]}]}
"""


def test_signer_is_loaded_with_facts(add):
    case = add(LETTER)
    assert case.signer.signature == ("Dr. Edith Muster", "Professor", "A University")
    assert [fact.text for fact in case.facts_of("opinion-method")] == ["The method is used."]
    assert {"I teach chemistry.", "I read the article."} <= {fact.text for fact in case.facts()}
    assert case.document.list_section_ids({"signer": {"opinions": [{"id": "a"}, {}, "x"]}}) == [
        *("letter_signer", "letter_relation", "opinion-a", "letter_closing")
    ]


@pytest.mark.parametrize(
    ("old", "new", "field", "what"),
    [
        ("  independent: true\n", "", "signer.independent", "the field is missing"),
        ("independent: true", "independent: maybe", "signer.independent", "'maybe' is neither true nor false"),
        (
            "pages: [1]}]}\n  knowledge",
            "pages: [99]}]}\n  knowledge",
            "signer.qualifications[0].cites[0].pages[0]",
            "99",
        ),
        ("document_type: expert_letter", "document_type: petition", "signer", "belongs to a case for an expert letter"),
    ],
)
def test_faults_of_signer_are_named(add, old, new, field, what):
    with pytest.raises(CaseError) as caught:
        add(LETTER.replace(old, new, 1))
    assert any(problem.field == field and what in problem.what for problem in caught.value.problems)


def test_opinion_id_is_used_once(add):
    second = LETTER[LETTER.index("    - id: method") :]
    with pytest.raises(CaseError, match="the opinion id 'method' is used twice"):
        add(LETTER + second.lstrip("\n"))


def test_unfiled_exhibits_are_numbered_last(folder, edit, add):
    edit("  - id: medal\n", "  - id: medal\n    filed: false\n")
    case = add(LETTER)
    assert case.exhibit_number("medal") == len(case.exhibits)
    assert {case.exhibit_number(exhibit.id) for exhibit in case.exhibits} == set(range(1, len(case.exhibits) + 1))
