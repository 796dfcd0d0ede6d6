"""Cleaner of model answers, to the Markdown that drafts use.

Kept: paragraphs, ``###`` headings, quotes, lists, emphasis, notes, tables, and citations to the letter. Notes and
tables are set apart, out of the lists and quotes that they stand in. Gone: the model's reasoning, the section's title
repeated at the top, a code fence around the answer, HTML, images, links (their text stays), raw blocks and attributes,
mathematics, reference definitions, control characters and marks that turn the direction of text.
"""

from __future__ import annotations

import re
import unicodedata

from workbench.case.citation import find_citations
from workbench.drafting.reasoning import strip_reasoning
from workbench.text.markdown import parse_markdown
from workbench.text.pipe_tables import MOST_COLUMNS, split_row
from workbench.text.sentences import NOTE_MARK

_FENCED = re.compile(r"(?P<fence>`{3,9}+|~{3,9}+)[^\n]*\n(?P<body>.*)(?P=fence)", re.DOTALL)
_FENCE_LINE = re.compile(r"^[ \t]{0,3}(?:`{3,}|~{3,})[^\n]*$\n?", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SCRIPT = re.compile(
    r"<(?P<tag>script|style|iframe|object|svg|math)\b.*?(?:</(?P=tag)\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
# An even number of backslashes: the sign after them is live.
_UNESCAPED = r"(?<!\\)(?:\\\\)*"
_TAG = re.compile(_UNESCAPED + r"(?:</?[A-Za-z][^<>]*>|<[!?][^<>]*>|</?[A-Za-z][^<>\n]*$)", re.MULTILINE)
_IMAGE = re.compile(r"!\[(?!\s*@|\^)[^\[\]]*\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[(?!\s*@|\^)[^\[\]]*\])?")
_CITED_LINK = re.compile(r"(?P<citation>\[\s*@[^\[\]]*\])\((?:[^()]|\([^()]*\))*\)")
_LINK = re.compile(r"(?<!\\)\[(?!\s*@|\^)(?P<text>[^\[\]]+)\](?:\((?:[^()]|\([^()]*\))*\)|\[(?!\s*@|\^)[^\[\]]*\])")
_AUTOLINK = re.compile(_UNESCAPED + r"<(?:[a-z][a-z0-9+.-]*:|[^\s<>@]+@)[^\s<>]*>", re.IGNORECASE)
_DEFINITION = re.compile(r"^[ \t]{0,3}\[(?![@^])[^\[\]]+\]:[^\n]*$\n?", re.MULTILINE)
_NOTE = re.compile(
    rf"^(?:[ \t]{{0,8}}|[ \t]*>[ \t>]*)(?P<mark>{NOTE_MARK.pattern}:)[ \t]*"
    r"(?P<text>[^\n]*(?:\n(?![ \t]*(?:[-*+>#|]|\[\^|\d{1,9}[.)]|$))[^\n]+)*)(?:\n|\Z)",
    re.MULTILINE,
)
_LEAD = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+(?=\|))?")
_DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_LINE_TAG = re.compile(r"<br[ \t]*/?>", re.IGNORECASE)
_ATTRIBUTES = re.compile(r"(?<=[`\])*])\{[^{}\n=.#]*[=.#][^{}\n]*\}")
_DIV = re.compile(r"^[ \t]{0,3}:{3,}[^\n]*$\n?", re.MULTILINE)
_DISPLAY_MATH = re.compile(r"\$\$.*?\$\$", re.DOTALL)
_BACKTICKS = re.compile(_UNESCAPED + r"`+")
_ENVIRONMENT = re.compile(r"\\(?:begin|end|input|include|write|immediate|def|newcommand)\s*\{[^{}]*\}")
_RULE = re.compile(r"^[ \t]{0,3}(?:[-*_][ \t]*){3,}$\n?|^(?=[^\n]*---)[ \t:-]+$\n?|^={2,}[ \t]*$\n?", re.MULTILINE)
_DEEP_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}(?:[ \t]+(?P<text>.*?))??(?:[ \t]+#+)?[ \t]*$", re.MULTILINE)
_WIDE_GAP = re.compile(r"[ \t]{9,}")
_BLANK_LINES = re.compile(r"\n{3,}")
_KEPT_CONTROLS = frozenset("\n\t")
_MANY_PASSES = 8


def clean_markdown(answer: str, *, title: str = "") -> str:
    """Returns the clean draft that an answer holds.

    Empty if nothing is left. Cleaning a clean draft changes nothing, and citations come out as they went in.

    Args:
        answer: The model's answer; untrusted.
        title: The section's title: a heading at the top that repeats it is dropped.
    """
    text = answer.replace("\r\n", "\n").replace("\r", "\n")
    # Each letter is looked at once, however often it stands there.
    text = text.translate(dict.fromkeys(ord(letter) for letter in set(text) if not _is_text(letter)))
    # A model of the user's own, or an imported result, may still hold it.
    text = strip_reasoning(text)
    text = _WIDE_GAP.sub(" " * 8, text)
    for _ in range(_MANY_PASSES):  # what one pass uncovers (a tag split by a tag) the next one removes
        cleaned = _one_pass(text)
        if cleaned == text:
            break
        text = cleaned
    text = _without_title(text, title)
    text = _DEEP_HEADING.sub(_as_sub_heading, text)
    text = "\n".join(line.rstrip() for line in text.replace("\t", "    ").split("\n"))
    text = _outdent(text)
    text = _BLANK_LINES.sub("\n\n", text).strip()
    return f"{text}\n" if text else ""


def _one_pass(text: str) -> str:
    fenced = _FENCED.fullmatch(text.strip())
    if fenced:
        text = fenced["body"]
    text = _set_tables_apart(_set_notes_apart(text))
    for pattern in (
        _FENCE_LINE,
        _COMMENT,
        _SCRIPT,
        _IMAGE,
        _AUTOLINK,
        _TAG,
        _DISPLAY_MATH,
        _ENVIRONMENT,
        _DIV,
        _DEFINITION,
    ):
        text = pattern.sub("", text)
    text = _CITED_LINK.sub(lambda match: match["citation"], text)
    text = _LINK.sub(lambda match: match["text"], text)
    return _RULE.sub("", _BACKTICKS.sub("", _ATTRIBUTES.sub("", text)))


def _set_notes_apart(text: str) -> str:
    """Makes the text of each note a paragraph of its own, out of the lists and quotes that it stands in."""
    if "[^" not in text:
        return text
    return _NOTE.sub(_set_note_apart, text)


def _set_note_apart(match: re.Match[str]) -> str:
    text = "\n".join(line.strip() for line in match["text"].strip().split("\n"))
    return f"\n\n{match['mark']} {text}".rstrip() + "\n\n"


def _set_tables_apart(text: str) -> str:
    """Makes each table a block of its own, with as many delimiters as columns.

    Other lines of delimiters go: they have no words.
    """
    if "|" not in text:
        return text
    lines, written, at = text.split("\n"), [], 0
    while at < len(lines):
        head = _strip_lead(lines[at])
        following = _strip_lead(lines[at + 1]) if at + 1 < len(lines) else ""
        columns = len(split_row(head))
        if _is_delimiters(head):
            at += 1
        elif not 0 < columns <= MOST_COLUMNS or not _is_delimiters(following):
            written.append(lines[at])
            at += 1
        else:
            marks = [following[start:end] for start, end in split_row(following)]
            marks = [*marks, *["---"] * columns][:columns]
            rows, at = [], at + 2
            while at < len(lines) and split_row(row := _strip_lead(lines[at])):
                rows += [] if _is_delimiters(row) else [row]
                at += 1
            is_kept = len(marks) == len(split_row(following))
            delimiters = following if is_kept else f"|{'|'.join(marks)}|"
            written += ["", *(_LINE_TAG.sub(" ", line) for line in (head, delimiters, *rows)), ""]
    return "\n".join(written)


def _strip_lead(line: str) -> str:
    return _LEAD.sub("", line).rstrip()


def _is_delimiters(line: str) -> bool:
    return "|" in line and _DELIMITERS.fullmatch(line) is not None


def _is_text(letter: str) -> bool:
    """Accepts letters; rejects control and invisible characters."""
    return letter in _KEPT_CONTROLS or unicodedata.category(letter) not in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


def _without_title(text: str, title: str) -> str:
    first, _, rest = text.lstrip().partition("\n")
    bare = _letters(first)
    heading = re.match(r"^\s*(?:#{1,6}\s|\*\*.+\*\*\s*$)", first)
    if not heading or not bare or not title:
        return text
    short = title.partition("—")[0]
    same = bare in {_letters(title), _letters(short), _letters(short.rpartition(": ")[2])} or re.match(
        r"^\s*#{1,2}\s", first
    )
    # A first line with a citation is text of the letter, whatever it looks like.
    return rest if same and not list(find_citations(first)) else text


def _as_sub_heading(match: re.Match[str]) -> str:
    return f"### {match['text']}" if match["text"] else ""


def _outdent(text: str) -> str:
    """Leaves at most two spaces before lines outside lists.

    In a list the spaces tell an item's level, and stay.
    """
    lines = text.split("\n")
    if not any(line.startswith("   ") for line in lines):
        return text
    listed = {number for node in parse_markdown(text) if node.kind == "list" for number in range(*node.lines)}
    # Jupyter, which shows the notebook, would take four spaces for a block of code.
    return "\n".join(
        line if number in listed and number - 1 in listed else re.sub(r"^ +", lambda gap: gap[0][:2], line)
        for number, line in enumerate(lines)
    )


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
