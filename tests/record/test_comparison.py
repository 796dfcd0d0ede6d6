"""Comparison of two states of a run, section by section."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pandas as pd
import pytest
from recording import initial_snapshot

from workbench.checks.finding import Finding
from workbench.live.snapshot import Fork, SectionState, Snapshot, Usage
from workbench.record.comparison import compare
from workbench.record.comparison_html import fragment, page

UNCITED = Finding(check="claim-uncited", severity="error", message="No exhibit.", line=3, quote="the first")
STYLE = Finding(check="style", severity="warning", message="Long.")


def snapshot(*sections: SectionState, **changes: object) -> Snapshot:
    return initial_snapshot().model_copy(update={"sections": sections, "last_event_id": "7-1", **changes})


def section(section_id: str, content: str = "", **changes: object) -> SectionState:
    return SectionState(section_id=section_id, title=section_id.title(), content=content).model_copy(update=changes)


A = snapshot(
    section("intro", "Same.", status="completed"),
    section(
        "awards", "She is the first [@medal, p. 1].", status="needs_review", findings=(UNCITED, STYLE), tokens_used=10,
        prompt_version="awards@000000000000+ba9876543210",
    ),
    section("judging", "She judged."),
    section("conclusion", "Ends."),
)  # fmt: skip
B = snapshot(
    section("intro", "Same.", status="approved", approved_by="b.partner"),
    section(
        "awards", "She is the second [@medal, pp. 1-2].", status="completed", tokens_used=30, edited_by="b.partner",
        findings=(STYLE.model_copy(update={"line": 9}),), prompt_version="awards@111111111111+ba9876543210",
    ),
    section("conclusion", "Ends."),
    section("benefit", "It benefits."),
    thread_id="second-run",
    forked_from=Fork(thread_id="recorded-run", event_id="7-1"),
    case_digest="1" * 64,
    usage=Usage(input_tokens=20, output_tokens=10, cost_usd=0.5),
)  # fmt: skip


def test_comparison_keeps_section_order() -> None:
    compared = compare(A, B)
    assert [(one.section_id, one.verdict) for one in compared.sections] == [
        ("intro", "same"), ("awards", "changed"), ("judging", "only in a"), ("conclusion", "same"),
        ("benefit", "only in b"),
    ]  # fmt: skip
    assert compared.counts() == {"same": 2, "changed": 1, "only in a": 1, "only in b": 1}


def test_comparison_of_section_on_both_sides() -> None:
    awards = compare(A, B).sections[1]
    assert awards.a is not None
    assert awards.b is not None
    assert (awards.inserted, awards.deleted) == (2, 2)
    assert (awards.citations_added, awards.citations_removed) == (("[@medal, p. 2]",), ())
    assert (awards.findings_opened, awards.findings_closed) == ((), (UNCITED,))  # one that only moved is neither
    assert awards.a.prompt_version == "awards@000000000000+ba9876543210"
    assert awards.b.prompt_version == "awards@111111111111+ba9876543210"
    assert (awards.a.tokens_used, awards.b.tokens_used, awards.b.edited_by) == (10, 30, "b.partner")


def test_repeated_finding_is_closed_once() -> None:
    twice = snapshot(section("awards", "x", findings=(STYLE, STYLE)))
    once = snapshot(section("awards", "x", findings=(STYLE,)))
    [awards] = compare(twice, once).sections
    assert (awards.verdict, awards.findings_opened, awards.findings_closed) == ("same", (), (STYLE,))


def test_changed_findings_show_unchanged_text() -> None:
    old, new = snapshot(section("awards", "Same text.")), snapshot(section("awards", "Same text.", findings=(STYLE,)))
    html = fragment(compare(old, new))
    assert "finding opened: warning: style: Long." in html
    assert "Same text." not in html


def test_reversed_comparison_is_mirrored() -> None:
    there, back = compare(A, B), compare(B, A)
    assert {one.section_id: (one.inserted, one.findings_opened) for one in there.sections} == {
        one.section_id: (one.deleted, one.findings_closed) for one in back.sections
    }
    assert (there.a, there.b) == (back.b, back.a)


def test_comparison_gives_plain_json() -> None:
    plain = compare(A, B).to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["sections"][0]["spans"] == [["equal", "Same."]]
    assert plain["sections"][1]["findings_closed"][0]["check"] == "claim-uncited"
    assert plain["b"]["forked_from"] == {"thread_id": "recorded-run", "event_id": "7-1"}
    assert plain["sections"][2]["b"] is None


def test_comparison_gives_frame() -> None:
    frame = compare(A, B).to_frame()
    assert list(frame.index) == ["intro", "awards", "judging", "conclusion", "benefit"]
    assert frame.loc["awards", ["text", "inserted", "deleted", "findings_closed"]].tolist() == ["changed", 2, 2, 1]
    assert pd.isna(frame.loc["judging", "status_b"])
    assert compare(snapshot(), snapshot()).to_frame().empty


class Reader(HTMLParser):
    """Tags, attributes and text; fails where an element is closed that is not the open one."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.names: set[str] = set()
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}
        if tag not in {"br", "meta"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_redline_html_has_words_too() -> None:
    html = compare(A, B)._repr_html_()
    read = Reader(html)
    assert {"ins", "del", "table", "caption"} <= set(read.tags)
    assert "She is the [struck out: first [@medal, p. 1]][put in: second [@medal, pp. 1-2]]." in read.text
    assert "finding closed: error: claim-uncited: No exhibit. “the first”" in read.text
    assert "second-run at 7-1, forked from recorded-run at 7-1: pending, scripted, 30 tokens, 0.5000 USD" in read.text
    assert "drafted from different cases" in read.text
    assert read.tags.count("section") == 3  # what is the same is in the table only
    assert "needs_review → completed" in read.text


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("awards@0123+4567", "awards@89ab+4567", "0123 → 89ab"),
        ("awards@0123+4567", "awards@0123+cdef", "0123+4567 → 0123+cdef"),
        ("awards@0123+4567", "awards@0123+4567", "0123"),
        (None, "awards@0123+4567", "– → 0123+4567"),
        ("awards@fedc", "awards@0123+4567", "fedc → 0123+4567"),
    ],
)
def test_table_shows_differing_digests(old: str | None, new: str, shown: str) -> None:
    a, b = (snapshot(section("awards", "x", prompt_version=version)) for version in (old, new))
    assert f"<td>{shown}</td>" in page(compare(a, b))


def test_comparison_page_loads_nothing() -> None:
    read = Reader(page(compare(A, B)))
    assert read.tags[:2] == ["html", "head"]
    assert not {"src", "href", "onclick"} & read.names


HOSTILE = "</ins></style><script>alert(1)</script> <img src=x onerror=alert(1)> \u202eevil\u202c \x1b[2J & \"'` \ud800"


def test_hostile_text_stays_text() -> None:
    finding = Finding(check=HOSTILE, severity="error", message=HOSTILE, quote=HOSTILE)
    new = section("awards", HOSTILE + "\n\n" + HOSTILE, title=HOSTILE, findings=(finding,), edited_by=HOSTILE,
                  prompt_version=HOSTILE)  # fmt: skip
    b = snapshot(new, model=HOSTILE)
    for html in (fragment(compare(A, b)), page(compare(A, b))):
        read = Reader(html)
        assert not {"script", "img"} & set(read.tags)
        assert not {"onerror", "src"} & read.names
        assert "<script>alert(1)</script>" in read.text
        assert not set("\u202e\u202c\x1b\ud800") & set(html)
        html.encode()
