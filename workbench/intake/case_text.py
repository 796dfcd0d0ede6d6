"""``case.yaml`` of a new case, with its comments."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from workbench.case.model import ExhibitKind
from workbench.errors import printable
from workbench.intake.document_folder import LeftOut
from workbench.intake.guess import Guess
from workbench.intake.person import PRONOUNS
from workbench.text.folding import to_ascii_letters

HEADER = """\
Case of {title}, taken in from {count} documents.
A comment that begins with GUESS marks a value that was read from the documents: compare it with the page, correct it,
and remove the comment. OPEN marks what is missing. `workbench case check` lists both."""
_WIDTH = 118
_ID_WORDS = 6
_ID_LENGTH = 48


@dataclass
class CaseHead:
    """Top of a new case file.

    Attributes:
        case_id: Of the case.
        name: Of the beneficiary.
        surname: As used after the honorific.
        honorific: Of the beneficiary.
        pronouns: ``she``, ``he`` or ``they``.
        field_of_endeavor: The phrase for the field.
        filing_date: ISO date.
        petitioner: Name, where it is not the beneficiary.
    """

    case_id: str
    name: Guess
    surname: Guess
    honorific: Guess
    pronouns: Guess
    field_of_endeavor: Guess
    filing_date: Guess
    petitioner: Guess


@dataclass
class ExhibitEntry:
    """Entry of the exhibit list.

    Attributes:
        id: Its stable id.
        title: Its title.
        kind: Its kind.
        date: Its date.
        language: Its language.
        file: Path below the case folder; empty where the document cannot be read.
        source: Where it comes from.
        author: For letters and published material; None: not said.
        needs_translation: Whether the id of a translation is to be filled in.
        missing: Why it is not at hand; empty where it is.
    """

    id: str
    title: Guess
    kind: Guess
    date: Guess
    language: Guess
    file: str
    source: Guess
    author: Guess | None = None
    needs_translation: bool = False
    missing: str = ""


SURE = ""
"""Reason of a value that needs no mark."""


def make_yaml() -> YAML:
    """Returns a reader and writer that keeps comments, order, quotation marks and line lengths."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1_000_000  # a comment must stay on the line of its field
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def dump_yaml(data: Any) -> bytes:
    """Writes a document as UTF-8."""
    out = io.StringIO()
    make_yaml().dump(data, out)
    return out.getvalue().encode()


def to_scalar(name: str, value: str) -> Any:
    """Returns a value as YAML writes it without quotation marks: dates, years, true and false."""
    # A person would write 2021-05-04 without quotation marks.
    if name in ("date", "filing_date"):
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            return date.fromisoformat(value)
        if re.fullmatch(r"[1-9]\d{3}", value):
            return int(value)
    if name in ("self_petition", "missing", "independent") and value in ("true", "false"):
        return value == "true"
    return str(value)  # no member of an enumeration, which YAML cannot write


def make_id(title: str, taken: set[str], number: int) -> str:
    """Makes an id of the title's first words, unlike those that are taken."""
    words = re.findall(r"[a-z0-9]+", to_ascii_letters(title).lower())
    stem = "-".join(words[:_ID_WORDS])[:_ID_LENGTH].strip("-") or f"exhibit-{number}"
    name, count = stem, 1
    while name in taken:
        count += 1
        name = f"{stem}-{count}"
    taken.add(name)
    return name


def write_case_text(head: CaseHead, exhibits: Sequence[ExhibitEntry], left_out: Sequence[LeftOut], count: int) -> bytes:
    """Writes the case file of a new case.

    Args:
        head: Its top.
        exhibits: In the order of their numbers.
        left_out: Files that became no exhibit; a comment names them.
        count: Number of the files.
    """
    root = CommentedMap()
    root["schema"] = 1
    root["case_id"] = head.case_id
    _put(root, "title", head.name, placeholder="[name of the beneficiary]")
    _put(root, "filing_date", head.filing_date)
    root["petitioner"] = petitioner = CommentedMap()
    if head.petitioner.value:
        petitioner["name"] = head.petitioner.value
        petitioner["self_petition"] = False
    else:
        _put(petitioner, "name", head.name, placeholder="[name of the beneficiary]")
        _put(petitioner, "self_petition", Guess("true", head.petitioner.reason))
    root["beneficiary"] = person = CommentedMap()
    _put(person, "name", head.name, placeholder="[name of the beneficiary]")
    _put(person, "surname", head.surname, placeholder="[surname]")
    _put(person, "honorific", head.honorific, placeholder="[honorific]")
    # Placeholders in brackets: a draft that prints one is stopped by the check of placeholders.
    words = PRONOUNS.get(head.pronouns.value, ("[she, he or they]", "[her, him or them]", "[her, his or their]"))
    person["pronouns"] = pronouns = CommentedMap(zip(("subject", "object", "possessive"), words, strict=True))
    pronouns.fa.set_flow_style()
    _mark(person, "pronouns", head.pronouns)
    _put(root, "field_of_endeavor", head.field_of_endeavor, placeholder="[field of endeavor]")
    # Empty, and not left out: the loader requires the field, and its comment says how it is filled.
    root["claims"] = CommentedSeq()
    _comment(
        root,
        "claims",
        "What is claimed, one criterion after another. To see what each has to show, and the pages that may "
        "show it: workbench case elements. To have facts proposed from the pages: workbench case facts.",
    )
    root["narrative"] = CommentedMap()
    root["exhibits"] = entries = CommentedSeq()
    for exhibit in exhibits:
        entries.append(_write_exhibit(exhibit))
    notes = "Exhibit 1, Exhibit 2, ... in this order. The order may be changed: everything refers to the ids."
    _comment(root, "exhibits", notes, *(f"Left out: {printable(str(one))}" for one in left_out))
    _fill(root.yaml_set_start_comment, HEADER.format(title=printable(root["title"]), count=count).split("\n"))
    return dump_yaml(root)


def _write_exhibit(exhibit: ExhibitEntry) -> CommentedMap:
    entry = CommentedMap()
    entry["id"] = exhibit.id
    _put(entry, "title", exhibit.title)
    _put(entry, "kind", exhibit.kind, placeholder=str(ExhibitKind.OTHER))
    _put(entry, "date", exhibit.date)
    _put(entry, "language", exhibit.language, placeholder="en")
    if exhibit.missing:
        # A file that cannot be read is no reason to lose it: it keeps its number and its reason.
        entry["missing"] = True
        entry["reason"] = exhibit.missing
        _mark(entry, "missing", Guess("", "replace the file, then write file: in the place of missing and reason"))
    else:
        entry["file"] = exhibit.file
    _put(entry, "source", exhibit.source)
    if exhibit.author is not None:
        _put(entry, "author", exhibit.author)
    if exhibit.needs_translation:
        _put(entry, "translation", Guess("", "name the exhibit that is its certified translation (8 CFR 103.2(b)(3))"))
    return entry


def _put(entry: CommentedMap, name: str, guess: Guess, *, placeholder: str | None = None) -> None:
    entry[name] = to_scalar(name, guess.value) if guess.value else placeholder
    _mark(entry, name, guess)


def _mark(entry: CommentedMap, name: str, guess: Guess) -> None:
    if guess.reason != SURE:
        entry.yaml_add_eol_comment(printable(guess.mark), name, column=0)


def _comment(root: CommentedMap, name: str, *paragraphs: str) -> None:
    lines = [line for text in paragraphs for line in textwrap.wrap(text, _WIDTH, break_on_hyphens=False)]
    root.yaml_set_comment_before_after_key(name, before="\n" + "\n".join(lines))


def _fill(write: Any, lines: Sequence[str]) -> None:
    write("\n".join(lines))
