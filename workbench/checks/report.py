"""The result of checking a letter."""

from __future__ import annotations

import bisect
from collections import Counter
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.checks.coverage import CheckCount
from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.report_html import render_fragment

Verdict = Literal["supported", "partly", "not found", "contradicted", "not checked"]


class SentenceVerdict(BaseModel):
    """One sentence beside the passage that carries it best.

    Attributes:
        section_id: Its section, or None.
        line: Line of the section (of the file, for a letter that is not ours), from 1.
        place: Where a reader of the file finds it, such as ``page 3``; empty where that is the line.
        text: The sentence, verbatim.
        verdict: ``not checked`` where nothing could be compared.
        score: Support score from 0 to 1, or None; no proof.
        evidence: The passage, or None.
        why: The reason of the verdict, in words.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    section_id: str | None
    line: int
    place: str = ""
    text: str
    verdict: Verdict
    score: float | None = None
    evidence: EvidencePlace | None = None
    why: str = ""


class CheckReport(BaseModel):
    """Findings about one letter, and what was looked at.

    Attributes:
        draft: Name of the file or run.
        sha256: Of the text that was checked, hexadecimal.
        case_id: The case, or None where the letter was checked alone.
        version: Version of the package whose checks these are.
        at: Time of the check.
        findings: Errors first, then in the order of the letter.
        sentences: One entry for each sentence of the letter's prose.
        text: The letter's text.
        places: Start and end of each finding in the text, or None for the letter as a whole.
        where: The same for a reader of the file: ``line 40``, ``page 3``, ``paragraph 12``; None for the letter.
        titles: The rule of each check in words.
        names: Exhibit id and page to its name in messages: ``Exhibit 12 (ncga-award), p. 3``.
        checked: Places looked at and not looked at, by check; each check that exists has an entry.

    Examples:
        >>> import workbench
        >>> report = workbench.check("As an AI language model, I cannot cite [TODO].")
        >>> report.counts["error"] > 0, report.checked["exhibit-exists"].why
        (True, {'no case was given': 1})
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    draft: str
    sha256: str
    case_id: str | None
    version: str
    at: datetime
    findings: tuple[Finding, ...]
    sentences: tuple[SentenceVerdict, ...] = ()
    checked: dict[str, CheckCount] = Field(default_factory=dict)
    text: str = Field(default="", exclude=True)
    places: tuple[tuple[int, int] | None, ...] = Field(default=(), exclude=True)
    where: tuple[str | None, ...] = Field(default=(), exclude=True)
    titles: dict[str, str] = Field(default_factory=dict, exclude=True)
    names: dict[tuple[str, int], str] = Field(default_factory=dict, exclude=True)

    @property
    def counts(self) -> dict[str, int]:
        """Number of findings by severity."""
        found = Counter(finding.severity for finding in self.findings)
        return {severity: found[severity] for severity in ("error", "warning", "info")}

    def __repr__(self) -> str:
        counts = ", ".join(f"{number} {severity}" for severity, number in self.counts.items())
        skipped = sum(count.unchecked for count in self.checked.values())
        return f"<CheckReport of {self.draft}: {counts}; {skipped} places not checked>"

    __str__ = __repr__  # pydantic's own would print every finding

    def name_place(self, place: EvidencePlace) -> str:
        """Names the exhibit and page of some evidence, the letter's number first."""
        known = self.names.get((place.exhibit_id, place.page))
        return known or f"Exhibit {place.exhibit_id}, p. {place.page}"

    def find_sentence(self, finding: Finding) -> int | None:
        """Finds the sentence that a finding is about, by index; None where it is about none, or names no words."""
        quote = " ".join((finding.quote or "").split())
        section = self._sections.get(finding.section_id)
        return section.find(quote, finding.line) if quote and section is not None else None

    @cached_property
    def plain_sentences(self) -> tuple[str, ...]:
        """Words of each sentence on one line."""
        return tuple(" ".join(sentence.text.split()) for sentence in self.sentences)

    @cached_property
    def _sections(self) -> dict[str | None, _SectionSentences]:
        found: dict[str | None, _SectionSentences] = {}
        for number, sentence in sorted(enumerate(self.sentences), key=lambda entry: entry[1].line):
            found.setdefault(sentence.section_id, _SectionSentences()).add(
                number, sentence.line, self.plain_sentences[number]
            )
        return found

    def to_frame(self) -> Any:
        """Returns the findings as a pandas DataFrame, one row each."""
        rows = [
            finding.model_dump()
            | {
                "place": where or "the letter",
                "page": "; ".join(f"{self.name_place(each)}: {each.quote}" for each in finding.evidence),
            }
            for finding, where in zip(self.findings, self.where or (None,) * len(self.findings), strict=True)
        ]
        return _make_frame(rows, ["severity", "check", "place", "quote", "message", "page", "suggestion"])

    def sentences_frame(self) -> Any:
        """Returns the sentences as a pandas DataFrame: each with its verdict, support score and best passage."""
        rows = [
            sentence.model_dump()
            | {"place": sentence.place or f"line {sentence.line}"}
            | {"exhibit": sentence.evidence and self.name_place(sentence.evidence)}
            | {"passage": sentence.evidence and sentence.evidence.quote}
            for sentence in self.sentences
        ]
        return _make_frame(rows, ["place", "verdict", "score", "text", "exhibit", "passage", "why"])

    def checked_frame(self) -> Any:
        """Returns as a pandas DataFrame what each check looked at, and what it could not look at."""
        rows = [
            {"check": key, "places": count.places, "not checked": count.unchecked, "why": "; ".join(count.why)}
            for key, count in self.checked.items()
        ]
        return _make_frame(rows, ["check", "places", "not checked", "why"])

    def to_html(self) -> str:
        """Returns the letter with its findings as HTML, for a notebook."""
        return render_fragment(self)


class _SectionSentences:
    """Sentences of one section as one text: a letter of many findings is searched as often."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._lines: list[int] = []
        self._ends: list[int] = []
        self._texts: list[str] = []

    @cached_property
    def _text(self) -> str:
        # A quote has no line break, so that none is found across two sentences.
        return "".join(f"{text}\n" for text in self._texts)

    def add(self, number: int, line: int, text: str) -> None:
        """Adds a sentence, which begins on the line of the one before it or on a later one."""
        self._numbers.append(number)
        self._lines.append(line)
        self._ends.append((self._ends[-1] if self._ends else 0) + len(text) + 1)
        self._texts.append(text)

    def find(self, quote: str, line: int | None) -> int | None:
        """Returns the last sentence with these words that begins on the line or before it, else the first with them."""
        before = bisect.bisect_right(self._lines, line) if line is not None else 0
        at = self._text.rfind(quote, 0, self._ends[before - 1]) if before else -1
        if at < 0:
            at = self._text.find(quote)
        return self._numbers[bisect.bisect_right(self._ends, at)] if at >= 0 else None


def _make_frame(rows: list[dict[str, Any]], columns: list[str]) -> Any:
    import pandas as pd  # noqa: PLC0415 - half a second, and most callers need no table

    return pd.DataFrame(rows, columns=columns)
