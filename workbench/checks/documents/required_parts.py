"""Parts that every petition needs beside its criteria: final merits, continuing work and benefit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from workbench.case.criteria import CRITERIA
from workbench.checks.draft import DraftText
from workbench.checks.exhibits.exhibit_use import find_argued_sections
from workbench.checks.finding import Finding
from workbench.checks.letter import Letter
from workbench.checks.parts.section_titles import guess_section
from workbench.text.folding import fold_text

CHECK = "required-parts"

_LEAST_CRITERIA = 3
_OPENING = 600
"""Characters of a paragraph that tell its subject."""
_ENDS = re.compile(r"\b(?:introduction|overview|summary|conclu(?:sion|ding))\b", re.IGNORECASE)


class _RequiredPart(NamedTuple):
    """A part of a petition.

    Attributes:
        section_id: The section that has it.
        name: Its name in a finding.
        source: The law that asks for it.
        words: What a heading or the first sentence of a paragraph about it says, folded.
        law: What a paragraph about it cites.
    """

    section_id: str
    name: str
    source: str
    words: re.Pattern[str]
    law: re.Pattern[str]


# Sources: 8 CFR 204.5(h)(2), (h)(3) and (h)(5); INA 203(b)(1)(A)(ii) and (iii); 6 USCIS-PM F.2(A) and (B)(2).
_PARTS = (
    _RequiredPart(
        "final_merits",
        "the final merits: acclaim and standing at the top of the field, judged in the totality of the evidence",
        "8 C.F.R. § 204.5(h)(2)",
        re.compile(
            r"\bfinal merits\b|\btotality\b|\btaken (?:together|as a whole)\b|\bsmall percentage\b|\bvery top\b"
            r"|\bsustained (?:\w+ ){0,3}acclaim\b",
            re.IGNORECASE,
        ),
        re.compile(r"\(h\)\s?\(2\)"),
    ),
    _RequiredPart(
        "continuing_work",
        "how the beneficiary will continue to work in the field",
        "8 C.F.R. § 204.5(h)(5)",
        re.compile(
            r"\bcontinu(?:e|es|ing|ation)\b(?:\W+(?:to|in|with|of|and|his|her|their|the|this|that|own|present|same|such)\b){0,4}"
            r"(?:\W+\w+)?\W+(?:work|works|working|research|practice|career|activit\w+)\b|\bwill continue\b"
            r"|\b(?:work|research|practice) (?:\w+ ){0,4}will continue\b"
            r"|\b(?:intend|intends|intention|plans?) to continue\b"
            r"|\bcoming to (?:the united states )?(?:to )?(?:work|continue)\b",
            re.IGNORECASE,
        ),
        re.compile(r"\(h\)\s?\(5\)|\(A\)\s?\(ii\)"),
    ),
    _RequiredPart(
        "benefit",
        "the substantial prospective benefit to the United States",
        "INA § 203(b)(1)(A)(iii)",
        re.compile(
            r"\bbenefit\w*\b(?:\W+\w+){0,6}\W+(?:united states|u\.\s?s\.|nation|country|america)\b"
            r"|\bprospective(?:ly)? (?:\w+ )?benefit|\bnational (?:importance|interest)\b",
            re.IGNORECASE,
        ),
        re.compile(r"\(A\)\s?\(iii\)"),
    ),
)


def required_parts(letter: Letter) -> Iterator[Finding]:
    """Finds the parts that a whole petition lacks beside its criteria.

    Only a letter that argues three criteria and begins or ends is whole: one that was drafted in part has no such gap.
    Introduction and conclusion name each part, and argue none.
    """
    argued = {criterion for criterion, _ in find_argued_sections(letter)}
    criteria = {
        name for name in argued if CRITERIA[name].paragraph.startswith("(h)(3)(") or name == "comparable_evidence"
    }
    if len(criteria) < _LEAST_CRITERIA or not any(map(_is_end, letter.body)):
        letter.coverage.skip(CHECK, "the letter argues fewer than three criteria, or is a part of one", len(_PARTS))
        return
    for part in _PARTS:
        letter.coverage.check(CHECK)
        if not any(_has_part(section, part) for section in letter.body):
            message = f"No section and no paragraph argues {part.name} ({part.source})."
            section = next(filter(_is_end, reversed(letter.body)))
            yield section.finding(CHECK, "warning", message, suggestion="Argue it in a section of its own.")


def _is_end(section: DraftText) -> bool:
    return section.section_id in {"intro", "conclusion"} or (
        section.section_id is None and _ENDS.search(section.title) is not None
    )


def _has_part(section: DraftText, part: _RequiredPart) -> bool:
    if section.section_id == part.section_id:
        return True
    for block in section.blocks:
        text = section.content[block.start : min(block.end, block.start + _OPENING)]
        is_heading = block.kind == "heading"
        if (
            is_heading
            and (guess := guess_section(text.strip("# \n"))) is not None
            and guess.section_id == part.section_id
        ):
            return True
        if _is_end(section):
            continue
        first = text if is_heading else re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]
        if part.words.search(fold_text(first)) or part.law.search(text):
            return True
    return False
