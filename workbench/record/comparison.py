"""Comparison of two states or branches, section by section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from workbench.case.citation import Citation, find_citations, format_citation
from workbench.checks.finding import Finding
from workbench.live.snapshot import SectionState, Snapshot
from workbench.record.comparison_html import fragment
from workbench.record.section_comparison import SectionComparison, SectionSide, Side, Verdict
from workbench.text.digest import text_digest
from workbench.text.redline import redline


@dataclass(frozen=True)
class Comparison:
    """Comparison of two states; shows a redline in notebooks.

    Attributes:
        a: The first.
        b: The second.
        sections: In the order of ``b``, those that only ``a`` has where they stood.
    """

    a: Side
    b: Side
    sections: tuple[SectionComparison, ...]

    def counts(self) -> dict[Verdict, int]:
        """Counts the sections by verdict."""
        found = Counter(section.verdict for section in self.sections)
        return {verdict: found[verdict] for verdict in ("same", "changed", "only in a", "only in b")}

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON values, as ``compare --json`` prints them.

        The redline is a list of ``[op, text]`` pairs.
        """
        return {
            "a": _plain_side(self.a),
            "b": _plain_side(self.b),
            "counts": self.counts(),
            "sections": [_plain_section(section) for section in self.sections],
        }

    def to_frame(self) -> Any:
        """Builds a DataFrame with one row per section, without texts."""
        import pandas as pd  # noqa: PLC0415 - a second to import: only who asks for a table waits for it

        return pd.DataFrame([_flat(section) for section in self.sections], columns=list(_COLUMNS)).set_index("section")

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {verdict}" for verdict, count in self.counts().items() if count)
        return f"<Comparison of {self.a.thread_id} and {self.b.thread_id}: {counts}>"

    def _repr_html_(self) -> str:
        return fragment(self)


def compare(a: Snapshot, b: Snapshot) -> Comparison:
    """Compares two states section by section. Pure.

    Args:
        a: The older, or the branch to measure against.
        b: The newer.

    Examples:
        >>> import workbench
        >>> from workbench.live.snapshot import SectionState
        >>> def make_snapshot(text):
        ...     section = SectionState(section_id="awards", title="Awards", content=text)
        ...     return workbench.Snapshot(thread_id="abc-123", user_id="ada", case_id="wu", sections=(section,))
        >>> comparison = workbench.compare(make_snapshot("She won a medal."), make_snapshot("She won a prize."))
        >>> comparison.counts()["changed"]
        1
        >>> [(span.op, span.text) for span in comparison.sections[0].spans]
        [('equal', 'She won a '), ('delete', 'medal'), ('insert', 'prize'), ('equal', '.')]
    """
    firsts = {section.section_id: section for section in a.sections}
    seconds = {section.section_id: section for section in b.sections}
    sections = tuple(
        _compare_sections(firsts.get(name), seconds.get(name)) for name in _merge_ids(list(firsts), list(seconds))
    )
    return Comparison(a=_side(a), b=_side(b), sections=sections)


def _merge_ids(firsts: list[str], seconds: list[str]) -> Iterator[str]:
    """Merges section ids: the second's order, extended by the first's.

    An id that only the first has follows the neighbour that it followed there.
    """
    followers: dict[str, list[str]] = {}
    # The empty name stands for the place before the first section.
    anchor = ""
    for name in firsts:
        if name in seconds:
            anchor = name
        else:
            followers.setdefault(anchor, []).append(name)
    yield from followers.get("", ())
    for name in seconds:
        yield name
        yield from followers.get(name, ())


def _compare_sections(a: SectionState | None, b: SectionState | None) -> SectionComparison:
    # The newer title: a section may have been renamed between the two.
    present = b or a
    assert present is not None  # noqa: S101 - ids come from the two snapshots
    old, new = a.content if a else "", b.content if b else ""
    verdict: Verdict = "same" if old == new else "changed"
    if a is None or b is None:
        verdict = "only in b" if a is None else "only in a"
    spans = redline(old, new)
    # Citations are compared as multisets: a page that is cited once less is a change.
    added, removed = _difference(_list_citations(old), _list_citations(new))
    opened, closed = _findings(a.findings if a else (), b.findings if b else ())
    return SectionComparison(
        section_id=present.section_id,
        title=present.title,
        verdict=verdict,
        a=_section_side(a),
        b=_section_side(b),
        spans=spans,
        # Counted from the same spans that are shown, so that the numbers match the redline.
        inserted=sum(span.words for span in spans if span.op == "insert"),
        deleted=sum(span.words for span in spans if span.op == "delete"),
        citations_added=added,
        citations_removed=removed,
        findings_opened=opened,
        findings_closed=closed,
    )


def _list_citations(text: str) -> list[str]:
    return [
        format_citation(item.exhibit_id, (page,) if page else ())
        for item in find_citations(text)
        if isinstance(item, Citation)
        for page in item.pages or (0,)  # 0: the exhibit as a whole
    ]


def _difference(old: Iterable[str], new: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    before, after = Counter(old), Counter(new)
    return tuple((after - before).elements()), tuple((before - after).elements())


def _findings(old: tuple[Finding, ...], new: tuple[Finding, ...]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    def without(findings: tuple[Finding, ...], others: tuple[Finding, ...]) -> tuple[Finding, ...]:
        # As a multiset too: of two equal findings one may be closed.
        left = Counter(map(_identity, others))
        kept = []
        for finding in findings:
            if left[_identity(finding)]:
                left[_identity(finding)] -= 1
            else:
                kept.append(finding)
        return tuple(kept)

    return without(new, old), without(old, new)


# Without the line: text above a finding moves it, and it would count as closed and opened again.
def _identity(finding: Finding) -> tuple[str | None, ...]:
    return finding.check, finding.severity, finding.message, finding.quote


def _side(snapshot: Snapshot) -> Side:
    return Side(
        thread_id=snapshot.thread_id,
        at=snapshot.last_event_id,
        status=snapshot.status,
        model=snapshot.model,
        case_digest=snapshot.case_digest,
        usage=snapshot.usage,
        forked_from=snapshot.forked_from,
    )


def _section_side(section: SectionState | None) -> SectionSide | None:
    if section is None:
        return None
    return SectionSide(
        status=section.status,
        prompt_version=section.prompt_version,
        attempts=section.attempts,
        tokens_used=section.tokens_used,
        edited_by=section.edited_by,
        approved_by=section.approved_by,
        sha256=text_digest(section.content),
    )


def _plain_side(side: Side) -> dict[str, Any]:
    forked = side.forked_from.model_dump() if side.forked_from else None
    return {**vars(side), "usage": side.usage.model_dump(), "forked_from": forked}


def _plain_section(section: SectionComparison) -> dict[str, Any]:
    return {
        **vars(section),
        "a": asdict(section.a) if section.a else None,
        "b": asdict(section.b) if section.b else None,
        "spans": [[span.op, span.text] for span in section.spans],
        "citations_added": list(section.citations_added),
        "citations_removed": list(section.citations_removed),
        "findings_opened": [finding.model_dump(mode="json") for finding in section.findings_opened],
        "findings_closed": [finding.model_dump(mode="json") for finding in section.findings_closed],
    }


_COLUMNS = (
    "section", "title", "text", "inserted", "deleted", "citations_added", "citations_removed", "findings_opened",
    "findings_closed", "status_a", "status_b", "prompt_a", "prompt_b", "tokens_a", "tokens_b", "edited_by_a",
    "edited_by_b",
)  # fmt: skip


def _flat(section: SectionComparison) -> dict[str, Any]:
    a, b = section.a, section.b
    return {
        "section": section.section_id,
        "title": section.title,
        "text": section.verdict,
        "inserted": section.inserted,
        "deleted": section.deleted,
        "citations_added": len(section.citations_added),
        "citations_removed": len(section.citations_removed),
        "findings_opened": len(section.findings_opened),
        "findings_closed": len(section.findings_closed),
        "status_a": a and a.status,
        "status_b": b and b.status,
        "prompt_a": a and a.prompt_version,
        "prompt_b": b and b.prompt_version,
        "tokens_a": a and a.tokens_used,
        "tokens_b": b and b.tokens_used,
        "edited_by_a": a and a.edited_by,
        "edited_by_b": b and b.edited_by,
    }
