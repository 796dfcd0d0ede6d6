"""Results of sections that were checked before."""

from __future__ import annotations

import random
import re

import pytest

from workbench.checks import draft, evidence, result_cache
from workbench.checks.check import check_letter
from workbench.checks.consistency import consistency
from workbench.checks.documents import repetition
from workbench.checks.draft import DraftSection, DraftText
from workbench.checks.letter import Letter, read_letter
from workbench.checks.registry import Check
from workbench.checks.statements import statements
from workbench.checks.statements.cited_sentence import find_cited_sentences
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
    """Forgets what is kept of texts and cases: results, sentences, contexts, paragraphs, pages."""
    monkeypatch.setattr(result_cache, "_cases", BoundedCache(4))
    statements._list_around.cache_clear()
    statements._find_context.cache_clear()
    statements.read_clause.cache_clear()
    monkeypatch.setattr(draft, "_sentences", BoundedCache(512))
    monkeypatch.setattr(repetition, "_sections", BoundedCache(512))
    monkeypatch.setattr(consistency, "_compared", BoundedCache(512))
    monkeypatch.setattr(consistency, "_compared_dates", BoundedCache(512))
    evidence._cache.clear()


def make_dated_letter(lines) -> Letter:
    """A letter of one section for each seven sentences."""
    texts = [" ".join(lines[place : place + 7]) for place in range(0, len(lines), 7)]
    return Letter("x", "\n\n".join(texts), tuple(DraftText(None, text) for text in texts))


def test_consistency_equal_after_edits(monkeypatch):
    """Sentences of few words and many dates, so that almost every one is compared with others."""
    rng = random.Random(5)  # noqa: S311 - edits, not secrets

    def make_sentence() -> str:
        subject = rng.choice(["laboratory", "journal", "ministry"])
        thing = rng.choice(["annealed samples", "rare alloys", "early articles"])
        place = rng.choice(["Oslo", "Quito", "Hanoi"])
        return (
            f"The {subject} reported {rng.randint(6, 9)}00 {thing} from the archive in {place}"
            f" on May {rng.randint(1, 3)}, {rng.randint(2001, 2003)}."
        )

    lines = [make_sentence() for _ in range(120)]
    letters = []
    for _ in range(8):
        lines[rng.randrange(len(lines))] = rng.choice([make_sentence(), "", "He won 812 rare alloys in May 2001."])
        letters.append(make_dated_letter(lines))
    after_edits = [list(consistency.consistency(letter)) for letter in letters]
    for letter, found in zip(letters, after_edits, strict=True):
        forget_texts(monkeypatch)
        assert found == list(consistency.consistency(letter))
        assert len(found) > 9


@pytest.mark.parametrize("numbered", [False, True])
def test_random_edits_equal_fresh_check(minimal, monkeypatch, numbered):
    """After each of twelve edits the report is that of a check without anything in memory."""
    rng = random.Random(7)  # noqa: S311 - edits, not secrets
    sections = {section.section_id: assemble(minimal, section) for section in sections_for(minimal)}
    numbers = {exhibit.id: number for number, exhibit in enumerate(minimal.exhibits, start=1)}

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

    reports = []
    for _ in range(12):
        section_id = rng.choice(list(sections))
        sections[section_id] = change(rng, sections[section_id])
        reports.append((dict(sections), check_all()))
    for texts, found in reports:
        sections = texts
        forget_texts(monkeypatch)
        assert found.model_dump(exclude={"at"}) == check_all().model_dump(exclude={"at"})
