"""Runs with names in them, texts about them, and what a reader recognises there."""

from __future__ import annotations

import html
import itertools
import re
import unicodedata

from hypothesis import strategies as st

from workbench.live.snapshot import ExhibitState, LetterHead, Snapshot
from workbench.record.name_matcher import Names
from workbench.server.redaction import Redactor

NAMES = Names(
    people=frozenset({"Dr. Chien-Shiung Wu", "Prof. José Müller-O'Brien", "吴健雄"}),
    bodies=frozenset({"Imaginary Stages, Inc."}),
    ids=frozenset({"ada@firm.example", "case-7", "root"}),
    exhibits=(("wu-cv", "exhibit-3"),),
)
PIECES = st.sampled_from(
    ["Chien", "chien", "Shiung", "Wu", "WU", "wu", "W", "u", "Chi", "en", "-", " ", "  ", "\n", ".", ",", "\u00ad",
     "\u0301", "José", "Jose", "Mueller", "Müller", "O'Brien", "O", "’", "Brien", "吴", "健雄", "Imaginary", "Stages",
     "imaginary", ", Inc.", "Inc", "ada", "@", "firm.example", "case", "-7", "root", "[@", "wu-cv", ", p. 2]", "x", "1",
     "_", "/", "prize", "the prize was given to ", "&", "&#87;", "&shy;", "amp;", "#87;u"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join)
CUTS = st.lists(st.integers(0, 200), max_size=12)


def exhibit(exhibit_id: str, number: int, title: str = "") -> ExhibitState:
    return ExhibitState(
        exhibit_id=exhibit_id, number=number, title=title, kind="letter", date="1957", pages=1, sha256="5" * 64
    )


def run_of(name: str, *exhibit_ids: str, petitioner: str = "", kind: str = "") -> Snapshot:
    """Makes a run for a beneficiary of that name, who petitions where nobody else is given."""
    return Snapshot(
        thread_id="t",
        user_id="someone",
        case_id="case-1",
        letter=LetterHead(beneficiary=f"Dr. {name}", petitioner=petitioner or name, petitioner_kind=kind),
        exhibits=tuple(exhibit(exhibit_id, n) for n, exhibit_id in enumerate(exhibit_ids, start=1)),
    )


def redacted_by(name: str, petitioner: str = "", kind: str = "") -> Redactor:
    """Makes the redactor of such a run."""
    return Redactor.of(run_of(name, petitioner=petitioner, kind=kind))


def pieces_of(text: str, cuts: list[int]) -> list[str]:
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [text[first:last] for first, last in itertools.pairwise(places)]


def names_in(text: str) -> list[str]:
    """Finds the words that identify a person.

    The method is another one than the redactor's patterns.
    """
    # As a reader sees it: without soft hyphens, marks on their letters, and Latin words ending where another script
    # begins.
    seen = unicodedata.normalize("NFC", re.sub("[\u00ad\u0301]", "", html.unescape(text)))
    words = re.findall(r"[A-Za-zÀ-ɏ]+", seen)
    return [
        word for word in words if word in {"Chien", "Shiung", "Wu", "WU", "José", "Jose", "Müller", "Mueller", "Brien"}
    ]
