"""Comparison of the qualifiers, roles and events of a summary with the sentences of the letter that it sums up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from workbench.case.model import Document
from workbench.checks.attribution import SentenceCites
from workbench.checks.evidence import Evidence, EvidencePage
from workbench.checks.finding import Finding
from workbench.checks.labels import mask_labels
from workbench.checks.statements.cited_sentence import CitedSentence
from workbench.checks.statements.statements import Clause, read_clause, read_page
from workbench.checks.wording.exchanged_words import find_exchanged
from workbench.checks.wording.qualifiers import compare_qualifiers

_LETTER = "letter"
"""Stands for an exhibit, whose pages are sentences."""
_QUOTED = 60
"""Characters of a sentence that a message repeats."""


class _Summary(CitedSentence):
    """A sentence without a citation whose pages are other sentences of its letter."""

    @cached_property
    def pages(self) -> tuple[EvidencePage, ...]:
        return self.evidence.pages


def compare_summary(
    summary: CitedSentence, part: range, sources: Sequence[CitedSentence], check: str
) -> Iterator[Finding]:
    """Compares qualifiers, roles and events of a sentence without a citation with those of the sentences it sums up.

    Args:
        summary: The sentence.
        part: The tokens of it that are compared.
        sources: Sentences with citations about the same bodies, works or events.
        check: Id of the check that reports.
    """
    # With their quotations: a summary may repeat what the letter quoted.
    texts = tuple(mask_labels(one.sentence.text) for one in sources)
    evidence = Evidence([(_LETTER, Document(sha256="", pages=texts))])
    clause, cites = _cut(summary.clause, part), SentenceCites(sources[0].cites.citations, "beside")
    for finding in compare_qualifiers(_Summary(summary.draft, summary.sentence, clause, cites, evidence)):
        # The page of the finding is the number of the sentence that was summed up.
        place = finding.evidence[0]
        beginning = " ".join(sources[place.page - 1].sentence.text.split())[:_QUOTED]
        message = (
            f"“{' '.join((finding.quote or '').split())}” here, but “{place.quote}” in the sentence “{beginning}”."
        )
        changes = {"check": check, "severity": "warning", "message": message, "evidence": ()}
        yield finding.model_copy(update=changes)

    words = {word for one in sources for page in one.pages for word in read_page(page).words}
    for found in find_exchanged(clause, evidence.pages, words):
        first, last = clause.tokens[found.first], clause.tokens[found.last]
        beginning = " ".join(sources[found.page.page - 1].sentence.text.split())[:_QUOTED]
        other = read_page(found.page).quote(found.other_first, found.other_last)
        yield summary.draft.finding(
            check,
            "warning",
            f"“{clause.text[first.start : last.end]}” here, but “{other}” in the sentence “{beginning}”.",
            at=summary.place(first.start, last.end),
            suggestion="Say what the cited sentence says, or cite the exhibit that says this.",
        )


def _cut(clause: Clause, part: range) -> Clause:
    """Blanks all but some words of a sentence, so that offsets stay."""
    start, end = clause.tokens[part[0]].start, clause.tokens[part[-1]].end
    return read_clause(" " * start + clause.text[start:end])
