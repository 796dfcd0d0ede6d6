"""Findings, decisions and comments of a run as Word comments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from workbench.checks.finding import EvidencePlace
from workbench.export.check_docx import AUTHOR, describe_finding
from workbench.export.claims import describe_decision, exhibit_place
from workbench.export.word_comments import WordComment
from workbench.live.snapshot import SectionState, SentenceRemark, Snapshot
from workbench.text.sentences import CITATION


def list_comments(snapshot: Snapshot) -> tuple[WordComment, ...]:
    """Lists the comments of a draft, in the order of its sections: findings first, then what people said.

    A remark on a sentence that has changed since is left out.
    """
    total = max(sum(len(section.content) for section in snapshot.sections), 1)
    comments: list[WordComment] = []
    begin = 0
    numbers = {exhibit.exhibit_id: exhibit.number for exhibit in snapshot.exhibits}
    for section in snapshot.sections:
        comments += _comments_of(section, begin, total, snapshot.updated_at, partial(exhibit_place, numbers=numbers))
        begin += len(section.content)
    return tuple(comments)


def _comments_of(
    section: SectionState, begin: int, total: int, at: str, name_place: Callable[[EvidencePlace], str]
) -> Iterator[WordComment]:
    for finding in section.findings:
        words, line = finding.quote or section.title, _offset_of_line(section.content, finding.line or 1)
        place = max(section.content.find(words, line), line)
        yield WordComment(_words_of(words), describe_finding(finding, name_place), AUTHOR, (begin + place) / total, at)
    text = " ".join(section.content.split())
    for remark in section.remarks:
        place = text.find(" ".join(remark.sentence.split()))
        if place >= 0:
            after = (begin + place) / total
            yield WordComment(_words_of(remark.sentence), _describe(remark), remark.user_id, after, remark.at)


def _offset_of_line(text: str, line: int) -> int:
    return sum(len(each) for each in text.splitlines(keepends=True)[: line - 1])


def _words_of(sentence: str) -> str:
    """Returns a sentence up to its first citation, which Word shows as a number."""
    before = CITATION.split(sentence, maxsplit=1)[0]
    return before if before.strip() else CITATION.sub(" ", sentence)


def _describe(remark: SentenceRemark) -> str:
    if remark.kind == "comment":
        return remark.note or ""
    decision = describe_decision(remark)
    return f"This sentence {decision}." + (f"\n{remark.note}" if remark.note else "")
