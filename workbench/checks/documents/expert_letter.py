"""Checks of an expert letter: the signer's own voice, no conclusion of law, and a statement of independence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.checks.draft import DraftSection
from workbench.checks.finding import Finding
from workbench.checks.letter import Letter
from workbench.text.folding import fold_text

LEGAL, VOICE, INDEPENDENCE = "legal-conclusion", "first-person", "independence-statement"

# Source of the phrases: INA 203(b)(1)(A), 8 CFR 204.5(h)(2) and (3), and the words in which petitions ask for approval.
_LAW = re.compile(
    r"\b8\s?C\.?\s?F\.?\s?R\b|\bINA\s?§|\bI&N\s+Dec\b|\bEB-?1A?\b|\bextraordinary\s+ability\b"
    r"|\bsustained\s+(?:national|international)\b[^.]{0,40}\bacclaim\b|\bsmall\s+percentage\b|\bvery\s+top\s+of\s+\w+\s+field\b"
    r"|\bof\s+major\s+significance\b|\bpreponderance\b|\bfinal\s+merits\b|\bnational\s+interest\b"
    r"|\b(?:meets?|met|satisf(?:y|ies|ied)|fulfil+s?|fulfilled)\s+(?:\w+\s+){0,5}(?:criteri(?:on|a)|requirements?|standards?"
    r"|regulations?)\b"
    r"|\b(?:qualif(?:y|ies|ied)|eligible)\s+(?:for|as|under)\b|\b(?:approve|grant)\s+(?:the|this|her|his|their)\s+petition\b"
    r"|\bpetition\b[^.]{0,30}\bbe\s+(?:approved|granted)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:I|[Mm]y|[Mm]e|[Mm]ine|[Mm]yself)\b")
_OTHER_VOICE = re.compile(
    r"\bthe\s+petitioner\s+(?:submits?|contends?|asserts?|argues?|requests?|relies|answers?)\b|\bwe\s+respectfully\b"
    r"|\brespectfully\s+(?:submits?|requests?)\b"
    r"|\b(?:the\s+(?:record|evidence)|these\s+exhibits)\s+(?:thus\s+|therefore\s+|clearly\s+)?"
    r"(?:shows?|establish(?:es)?|demonstrates?)\b",
    re.IGNORECASE,
)
_INDEPENDENT = re.compile(r"\bI\b[^.!?]{0,80}\bindependent\b|\bindependent\s+(?:expert|of)\b[^.!?]{0,80}\bI\b")
_DENIED = re.compile(r"\b(?:not|never|cannot|no)\b[^.!?]{0,60}\bindependent\b")
_TIE = re.compile(
    r"\bmy\s+(?:(?:former|own|late|close)\s+)?(?:(?:doctoral|graduate)\s+)?(?:student|colleague|collaborator|co-?author|advis[eo]r"
    r"|supervisor|employee|employer|friend|wife|husband|partner)\b"
    r"|\b(?:we|she\s+and\s+I|he\s+and\s+I)\s+(?:have\s+)?(?:worked|collaborated|published|wrote)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(?:never|not|no|neither|nor|without)\b", re.IGNORECASE)


def legal_conclusion(draft: DraftSection) -> Iterator[Finding]:
    """Finds conclusions of law, which an expert on the work cannot give.

    An officer gives no weight to them, and words of the regulation are what makes letters read as written by counsel.
    """
    section, places = draft.fold()
    draft.coverage.check(LEGAL, len(draft.sentences))
    for match in _LAW.finditer(section.content):
        at = places.find_span(*match.span())
        message = (
            f"“{draft.content[at[0] : at[1]]}” is a conclusion or a term of law, on which an expert gives no opinion."
        )
        suggestion = "Say what the work is and what it changed; leave the law to the petition."
        yield draft.finding(LEGAL, "error", message, at=at, suggestion=suggestion)


def first_person(draft: DraftSection) -> Iterator[Finding]:
    """Finds a section that is not in the first person, and words in the voice of petitioner or counsel."""
    draft.coverage.check(VOICE, len(draft.sentences))
    for match in _OTHER_VOICE.finditer(draft.content):
        message = f"“{match[0]}” is the voice of a petition, not of the person who signs this letter."
        yield draft.finding(VOICE, "error", message, at=match.span(), suggestion="Say it as the signer: I, my.")
    if draft.content.strip() and not _FIRST_PERSON.search(draft.content):
        message = "Nothing in this section is said in the first person."
        yield draft.finding(VOICE, "warning", message, suggestion="Let the signer speak: I, my.")


def independence_statement(letter: Letter) -> Iterator[Finding]:
    """Finds a letter that does not say if its signer is independent, or says otherwise than the case file."""
    signer = letter.case.signer if letter.case is not None else None
    if signer is None:
        return
    letter.coverage.check(INDEPENDENCE)
    text = " ".join(fold_text("\n".join(section.content for section in letter.body)).split())
    denied = _DENIED.search(text) is not None
    if not denied and _INDEPENDENT.search(text) is None:
        message = f"Nowhere does the letter say if {signer.name} is independent of the beneficiary."
        suggestion = "State it in the signer's words, with any work together and any tie of family or money."
        yield Finding(check=INDEPENDENCE, severity="error", message=message, suggestion=suggestion)
    elif denied is signer.independent:
        stands = "independent" if signer.independent else "not independent"
        message = f"The case file calls {signer.name} {stands} of the beneficiary, and the letter says otherwise."
        yield Finding(check=INDEPENDENCE, severity="error", message=message, suggestion="Let the two agree.")
    if not signer.independent:
        return
    for sentence in re.split(r"(?<=[.!?])\s", text):
        tie = _TIE.search(sentence)
        if tie is not None and _NEGATION.search(sentence) is None:
            message = f"The signer is called independent, and the letter speaks of a tie: “{tie[0]}”."
            suggestion = "Ask the signer; correct the statement of independence or the sentence."
            yield Finding(check=INDEPENDENCE, severity="warning", message=message, suggestion=suggestion)
