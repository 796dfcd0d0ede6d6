"""Results of sections that were checked before."""

from __future__ import annotations

import random
import re

import pytest

from workbench.checks import draft, evidence, repetition, result_cache, statements
from workbench.checks.check import check_letter
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.facts import find_cited_sentences
from workbench.checks.letter import Letter, read_letter
from workbench.checks.registry import Check
from workbench.drafting.offline.assembler import assemble
from workbench.drafting.sections import sections_for
from workbench.text.bounded_cache import BoundedCache


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


def test_check_of_others_runs_again(minimal):
    seen: list[str] = []

    def run(draft: DraftSection):
        seen.append(draft.content)
        if "all" in draft.content:
            draft.coverage.check("reads", len(draft.others))
        return ()

    check = Check("reads", "Reads the others", "info", run)

    def check_pair(one: str, two: str):
        sections = (DraftSection("a", one, minimal, {"b": two}), DraftSection("b", two, minimal, {"a": one}))
        check_letter(Letter("x", one + two, sections, minimal), [check])

    check_pair("one", "all of it")
    check_pair("uno", "all of it")
    check_pair("uno", "all of them")
    assert seen == ["one", "all of it", "uno", "all of it", "all of them"]


def test_changed_sentence_alone_is_checked(minimal):
    seen: list[str] = []

    def run(draft: DraftSection):
        for cited in find_cited_sentences(draft):
            seen.append(cited.sentence.text)
            yield cited.draft.finding("each", "info", "found", at=cited.place(0, 3))

    check = Check("each", "Each sentence", "info", run, by_sentence=True)
    first = check_texts(check, "# Title\n\nShe won.\n\nShe lost [@medal].", case=minimal)
    report = check_texts(check, "# Title\n\nShe wins.\n\n\nShe lost [@medal].", case=minimal)
    assert seen == ["She won.", "She lost [@medal].", "She wins."]
    assert [(found.line, found.quote) for found in first.findings] == [(3, "She"), (5, "She")]
    assert [(found.line, found.quote) for found in report.findings] == [(3, "She"), (6, "She")]


def change(rng: random.Random, text: str) -> str:
    """One edit as a person makes it: a word, a sentence, a paragraph, a citation or a figure."""
    places = [match.span() for match in re.finditer(r"[^.\n]+\.|\[@[^\]]*\]|\d+|\b\w+\b|\n\n", text)]
    start, end = rng.choice(places)
    return text[:start] + rng.choice(["", "9 May 2019", text[start:end] * 2, "Mrs. Wong", "\n\n"]) + text[end:]


def forget_texts(monkeypatch) -> None:
    """Forgets what is kept of texts and not of a case: sentences, contexts, paragraphs, pages."""
    statements._list_around.cache_clear()
    statements._find_context.cache_clear()
    statements.read_clause.cache_clear()
    monkeypatch.setattr(draft, "_sentences", BoundedCache(512))
    monkeypatch.setattr(repetition, "_sections", BoundedCache(512))
    evidence._cache.clear()


@pytest.mark.parametrize("numbered", [False, True])
def test_random_edits_equal_fresh_check(minimal, monkeypatch, numbered):
    """After each of twelve edits the report is that of a check without anything in memory."""
    rng = random.Random(7)  # noqa: S311 - edits, not secrets
    sections = {section.section_id: assemble(minimal, section) for section in sections_for(minimal)}
    numbers = {exhibit.id: number for number, exhibit in enumerate(minimal.exhibits, start=1)}
    kept = result_cache._cases

    def check_all():
        if numbered:
            text = "\n\n".join(f"## {section_id}\n\n{content}" for section_id, content in sections.items())
            text = re.sub(r"\[@([\w-]+)", lambda match: f"[Exhibit {numbers.get(match[1], 9)}", text)
            return check_letter(read_letter(text, minimal))
        drafts = tuple(
            DraftSection(section_id, text, minimal, {name: sections[name] for name in sections if name != section_id})
            for section_id, text in sections.items()
        )
        return check_letter(Letter("x", "\n\n".join(sections.values()), drafts, minimal))

    for _ in range(12):
        section_id = rng.choice(list(sections))
        sections[section_id] = change(rng, sections[section_id])
        monkeypatch.setattr(result_cache, "_cases", kept)
        found = check_all()
        monkeypatch.setattr(result_cache, "_cases", BoundedCache(4))
        forget_texts(monkeypatch)
        assert found.model_dump(exclude={"at"}) == check_all().model_dump(exclude={"at"})
