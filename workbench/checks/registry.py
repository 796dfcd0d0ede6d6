"""Registry of the deterministic checks.

Their order is the order in which findings are listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from workbench.checks.consistency.consistency import consistency
from workbench.checks.documents.criteria_lists import criteria_listed, criterion_support
from workbench.checks.documents.expert_letter import first_person, independence_statement, legal_conclusion
from workbench.checks.documents.open_case import case_unsettled
from workbench.checks.documents.repetition import duplicated_paragraph
from workbench.checks.documents.required_parts import required_parts
from workbench.checks.documents.rfe import (
    eligibility_date,
    request_answered,
    request_quoted,
    requests_complete,
    rfe_deadline,
)
from workbench.checks.documents.structure import criteria_set, element_missing, top_of_field
from workbench.checks.exhibits.citations import exhibit_exists, no_evidence
from workbench.checks.exhibits.exhibit_list import exhibit_uncited, index_mismatch
from workbench.checks.exhibits.exhibit_use import double_use, evidence_date
from workbench.checks.exhibits.instructions import instruction_in_exhibit
from workbench.checks.exhibits.letters import letter_only_support, overlap_of_letters
from workbench.checks.exhibits.source_quality import source_quality
from workbench.checks.exhibits.translations import translation
from workbench.checks.figures.facts import fact
from workbench.checks.finding import Finding, Severity
from workbench.checks.law.authorities import legal_citation
from workbench.checks.law.authority_doubles import authority_doubles
from workbench.checks.law.authority_texts import authority_holding, authority_quote
from workbench.checks.law.law import cfr_matches_section
from workbench.checks.law.regulation_quotes import regulation_quote
from workbench.checks.leftovers.hidden_characters import hidden_characters
from workbench.checks.leftovers.leftovers import assistant_phrase, note_to_self, placeholder
from workbench.checks.leftovers.running_heads import running_head
from workbench.checks.names.entities import entity
from workbench.checks.names.names import naming
from workbench.checks.parts.section_references import section_reference
from workbench.checks.parts.unread_parts import unread_part
from workbench.checks.quotations.quotations import quotations
from workbench.checks.support.claims import claim_uncited
from workbench.checks.support.lost_facts import fact_lost
from workbench.checks.support.support import support
from workbench.checks.wording.qualifiers import qualifier
from workbench.checks.wording.wording import wording


@dataclass(frozen=True)
class Check:
    """One rule.

    Attributes:
        id: As findings carry it.
        title: For lists and reports.
        severity: The worst it can find.
        run: The findings of a section or letter; pure and deterministic. It counts the places that it looked at in
            the ``coverage`` of what it is given.
        needs_case: False where it compares the text with nothing but itself and the law: ``run`` then takes a
            :class:`~workbench.checks.draft.DraftText`, else a :class:`~workbench.checks.draft.DraftSection`.
        scope: ``section``; or ``letter``: ``run`` takes a :class:`~workbench.checks.letter.Letter`.
        everywhere: True where a check of sections looks at the address, the signature and the list of exhibits as well.
        by_sentence: True where ``run`` looks at each sentence of
            :func:`~workbench.checks.statements.cited_sentence.find_cited_sentences` by itself, with its paragraph and
            the pages that it cites: after an edit only changed sentences are checked again.
        documents: Kinds of document that it looks at; empty: all of them.
    """

    id: str
    title: str
    severity: Severity
    run: Callable[[Any], Iterable[Finding]]
    needs_case: bool = True
    scope: Literal["section", "letter"] = "section"
    everywhere: bool = False
    by_sentence: bool = False
    documents: tuple[str, ...] = ()

    def is_for(self, document_type: str) -> bool:
        """Tells if the check looks at a kind of document, by its id in ``DOCUMENT_TYPES``."""
        return not self.documents or document_type in self.documents


_PETITION, _RFE, _LETTER = ("petition",), ("rfe_response",), ("expert_letter",)

CHECKS: tuple[Check, ...] = (
    Check("exhibit-exists", "Every cited exhibit and page exists", "error", exhibit_exists),
    Check("no-evidence", "A section that argues cites an exhibit", "error", no_evidence),
    Check("claim-uncited", "Every claim has an exhibit", "error", claim_uncited),
    Check("placeholder", "Nothing left to fill in", "error", placeholder, needs_case=False, everywhere=True),
    Check("note-to-self", "No note of the drafter is left", "error", note_to_self, needs_case=False, everywhere=True),
    Check(
        "assistant-phrase",
        "No words of a chat assistant are left",
        "error",
        assistant_phrase,
        needs_case=False,
        everywhere=True,
    ),
    Check(
        "cfr-matches-section",
        "The paragraph cited is the section's",
        "error",
        cfr_matches_section,
        False,
        everywhere=True,
    ),
    Check("regulation-quote", "Words quoted from the regulation stand there", "error", regulation_quote, False),
    Check(
        "legal-citation",
        "Authorities are on record and say what they are cited for",
        "error",
        legal_citation,
        needs_case=False,
        everywhere=True,
    ),
    Check("authority-quote", "Words quoted from a decision stand in it", "error", authority_quote, needs_case=False),
    Check(
        "authority-holding", "A decision carries what it is cited for", "warning", authority_holding, needs_case=False
    ),
    Check("authority-doubles", "One decision has one name and one cite", "warning", authority_doubles, False, "letter"),
    Check("quotation", "Quotations stand on the pages cited for them", "error", quotations),
    Check("naming", "One name, one honorific, the file's pronouns and field", "error", naming, everywhere=True),
    Check("fact", "Figures and dates stand on the pages cited", "error", fact, by_sentence=True),
    Check("qualifier", "No word claims more than the page cited", "error", qualifier, by_sentence=True),
    Check("wording", "No word says another thing than the page cited", "warning", wording, by_sentence=True),
    Check("entity", "Names are spelt as on the pages cited", "error", entity),
    Check("support", "Each sentence is carried by the exhibit that it cites", "warning", support),
    Check("fact-lost", "A revision keeps the facts of the draft before", "warning", fact_lost),
    Check(
        "element-missing",
        "Every element of the claim is filled and argued",
        "error",
        element_missing,
        documents=_PETITION,
    ),
    Check(
        "criteria-set",
        "Introduction and conclusion list the claimed criteria",
        "error",
        criteria_set,
        documents=_PETITION,
    ),
    Check(
        "criteria-listed",
        "Criteria are announced, argued and concluded the same",
        "error",
        criteria_listed,
        needs_case=False,
        scope="letter",
        documents=_PETITION,
    ),
    Check(
        "criterion-support",
        "Each criterion of the letter cites its exhibits",
        "error",
        criterion_support,
        scope="letter",
        documents=_PETITION,
    ),
    Check(
        "required-parts",
        "Final merits, continuing work and benefit are argued",
        "warning",
        required_parts,
        needs_case=False,
        scope="letter",
        documents=_PETITION,
    ),
    Check("top-of-field", "Final merits are not argued at step one", "warning", top_of_field, documents=_PETITION),
    Check(
        "consistency",
        "Each figure and date is given once, or alike",
        "error",
        consistency,
        needs_case=False,
        scope="letter",
    ),
    Check(
        "exhibit-uncited", "Every listed exhibit is cited", "warning", exhibit_uncited, needs_case=False, scope="letter"
    ),
    Check(
        "index-mismatch",
        "The list of exhibits says what the letter and the case say",
        "error",
        index_mismatch,
        needs_case=False,
        scope="letter",
    ),
    Check(
        "instruction-in-exhibit",
        "Nothing gives orders to a language model",
        "warning",
        instruction_in_exhibit,
        needs_case=False,
        scope="letter",
    ),
    Check("double-use", "No exhibit is all that two criteria rest on", "warning", double_use, scope="letter"),
    Check("letter-only-support", "No criterion rests on letters alone", "warning", letter_only_support, scope="letter"),
    Check("overlap-of-letters", "Letters are in words of their own", "warning", overlap_of_letters, scope="letter"),
    Check("evidence-date", "No exhibit is from after the filing", "warning", evidence_date, scope="letter"),
    Check("translation", "Foreign documents have a certified translation", "error", translation, scope="letter"),
    Check(
        "duplicated-paragraph",
        "Nothing is said twice in the same words",
        "warning",
        duplicated_paragraph,
        needs_case=False,
        scope="letter",
    ),
    Check(
        "section-reference",
        "Sections to which the letter refers exist",
        "error",
        section_reference,
        needs_case=False,
        scope="letter",
    ),
    Check(
        "hidden-characters",
        "Nothing is hidden from the reader",
        "warning",
        hidden_characters,
        needs_case=False,
        scope="letter",
    ),
    Check("running-head", "Headers and footers are filled in", "error", running_head, needs_case=False, scope="letter"),
    Check("unread-part", "Every part of the file was read", "warning", unread_part, needs_case=False, scope="letter"),
    Check("case-unsettled", "No guess or gap of the case file is open", "error", case_unsettled, scope="letter"),
    Check("source-quality", "Sources are neither paid nor one's own", "warning", source_quality, scope="letter"),
    Check("request-quoted", "Each request is quoted in the officer's words", "error", request_quoted, documents=_RFE),
    Check("request-answered", "Each request is answered with evidence", "error", request_answered, documents=_RFE),
    Check(
        "requests-complete",
        "No request is passed over, and what is not answered is said",
        "error",
        requests_complete,
        scope="letter",
        documents=_RFE,
    ),
    Check("rfe-deadline", "The response is filed in time", "warning", rfe_deadline, scope="letter", documents=_RFE),
    Check(
        "eligibility-date",
        "Evidence is no newer than the petition",
        "warning",
        eligibility_date,
        scope="letter",
        documents=_RFE,
    ),
    Check("legal-conclusion", "An expert draws no conclusion of law", "error", legal_conclusion, documents=_LETTER),
    Check("first-person", "The signer speaks, and nobody else", "error", first_person, documents=_LETTER),
    Check(
        "independence-statement",
        "The letter says if its signer is independent",
        "error",
        independence_statement,
        scope="letter",
        documents=_LETTER,
    ),
)
"""The checks; an explicit tuple, so that importing a module never changes what is checked."""
