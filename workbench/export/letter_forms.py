"""Words of head, title and signature of each kind of document, as data."""

from __future__ import annotations

from dataclasses import dataclass

FORM = "Form I-140, Immigrant Petition for Alien Workers"
CLASSIFICATION = "Alien of extraordinary ability, INA § 203(b)(1)(A), 8 U.S.C. § 1153(b)(1)(A); 8 C.F.R. § 204.5(h)"


@dataclass(frozen=True)
class LetterForm:
    """Words of one kind of document that no section holds.

    Attributes:
        title: Title of the file, with ``{beneficiary}``.
        running_head: Head of each page, with ``{beneficiary}``.
        re: First line of the RE block.
        claims_criteria: Whether the RE block lists the criteria claimed.
        needs_sections: Whether the parts that every petition has must be there.
        noun: The document in a sentence: ``the petition has no section``.
        names_classification: Whether the RE block names the classification sought: an expert says nothing of the law.
        closing: Words before the signature.
        signed_by_counsel: Whether the first signer is counsel, and is called so.
    """

    title: str
    running_head: str
    re: str = FORM
    claims_criteria: bool = True
    needs_sections: bool = True
    noun: str = "petition"
    names_classification: bool = True
    closing: str = "Respectfully submitted,"
    signed_by_counsel: bool = True


_PETITION = LetterForm(
    title="Petition for {beneficiary}: Form I-140, INA § 203(b)(1)(A)",
    running_head="Form I-140 petition for {beneficiary}",
)
_FORMS = {
    "rfe_response": LetterForm(
        title="Response to the Request for Evidence for {beneficiary}: Form I-140, INA § 203(b)(1)(A)",
        running_head="Response to Request for Evidence, {beneficiary}",
        re=f"Response to Request for Evidence, {FORM}",
        claims_criteria=False,
        needs_sections=False,
        noun="response",
    ),
    "expert_letter": LetterForm(
        title="Expert letter on the work of {beneficiary}",
        running_head="Letter on the work of {beneficiary}",
        re=f"Letter on the work of the beneficiary, {FORM}",
        claims_criteria=False,
        needs_sections=False,
        noun="letter",
        names_classification=False,
        closing="Sincerely,",
        signed_by_counsel=False,
    ),
}


def find_form(document_type: str) -> LetterForm:
    """Returns the words of a kind of document; of one that is not known, a petition's.

    Examples:
        >>> find_form("rfe_response").noun, find_form("").noun
        ('response', 'petition')
    """
    return _FORMS.get(document_type, _PETITION)
