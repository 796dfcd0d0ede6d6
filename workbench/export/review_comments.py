"""Findings, decisions and comments of a run as Word comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.export.check_docx import AUTHOR, describe_finding
from workbench.export.claims import describe_decision
from workbench.export.word_comments import WordComment
from workbench.live.snapshot import SectionState, SentenceRemark, Snapshot

_CITATION = re.compile(r"\[@[^\[\]]*\]")


def list_comments(snapshot: Snapshot) -> tuple[WordComment, ...]:
    """Lists the comments of a draft, in the order of its sections: findings first, then what people said.

    A remark on a sentence that has changed since is left out.
    """
    total = max(len(snapshot.sections), 1)
    return tuple(
        comment
        for number, section in enumerate(snapshot.sections)
        for comment in _comments_of(section, number / total, snapshot.updated_at)
    )


def _comments_of(section: SectionState, after: float, at: str) -> Iterator[WordComment]:
    for finding in section.findings:
        yield WordComment(_words_of(finding.quote or section.title), describe_finding(finding), AUTHOR, after, at)
    text = " ".join(section.content.split())
    for remark in section.remarks:
        if " ".join(remark.sentence.split()) in text:
            yield WordComment(_words_of(remark.sentence), _describe(remark), remark.user_id, after, remark.at)


def _words_of(sentence: str) -> str:
    """Returns a sentence up to its first citation, which Word shows as a number."""
    before = _CITATION.split(sentence, maxsplit=1)[0]
    return before if before.strip() else _CITATION.sub(" ", sentence)


def _describe(remark: SentenceRemark) -> str:
    if remark.kind == "comment":
        return remark.note or ""
    decision = describe_decision(remark)
    return f"This sentence {decision}." + (f"\n{remark.note}" if remark.note else "")
