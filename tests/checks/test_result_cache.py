"""Results of sections that were checked before."""

from __future__ import annotations

from workbench.checks.check import check_letter
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.letter import Letter
from workbench.checks.registry import Check


def counted_check(seen: list[str]) -> Check:
    def run(draft: DraftText):
        seen.append(draft.content)
        draft.coverage.check("counted")
        yield draft.finding("counted", "info", "found", at=(0, 1))

    return Check("counted", "Counted", "info", run, needs_case=False)


def check_texts(check: Check, *texts: str, case=None):
    line, sections = 1, []
    for text in texts:
        kind = (
            DraftText(None, text, first_line=line) if case is None else DraftSection("a", text, case, first_line=line)
        )
        sections.append(kind)
        line += text.count("\n") + 2
    return check_letter(Letter("x", "\n\n".join(texts), tuple(sections), case), [check])


def test_changed_section_alone_is_checked():
    seen: list[str] = []
    check = counted_check(seen)
    check_texts(check, "one", "two", "three")
    check_texts(check, "one", "2", "three")
    assert seen == ["one", "two", "three", "2"]


def test_moved_section_has_new_lines():
    check = counted_check([])
    check_texts(check, "one", "two")
    report = check_texts(check, "one\nmore\nlines", "two")
    assert [finding.line for finding in report.findings] == [1, 5]
    assert report.checked["counted"].places == 2


def test_other_case_is_checked_again(minimal, wu):
    seen: list[str] = []
    check = counted_check(seen)
    check_texts(check, "one", case=minimal)
    check_texts(check, "one", case=wu)
    check_texts(check, "one", case=wu)
    assert len(seen) == 2


def test_broken_check_runs_again(minimal):
    calls: list[int] = []

    def run(_draft: DraftText):
        calls.append(1)
        raise RuntimeError("out of order")

    check = Check("broken", "A broken check", "error", run, needs_case=False)
    check_texts(check, "one", case=minimal)
    check_texts(check, "one", case=minimal)
    assert len(calls) == 2
