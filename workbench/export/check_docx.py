"""A letter with its findings as Word comments."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError

from workbench.checks.finding import EvidencePlace, Finding
from workbench.checks.report import CheckReport
from workbench.errors import InputError, Problem, make_write_error
from workbench.export import word
from workbench.export.word_comments import WordComment, add_comments
from workbench.export.word_template import add_comment_styles, clean_template
from workbench.text.atomic_write import USER_ONLY, write_whole
from workbench.text.markdown import visible_text
from workbench.text.shown_text import show_blocks

AUTHOR = "EB-1A Workbench"


def write_docx(report: CheckReport, path: Path, draft: Path | None = None) -> Path:
    """Writes a letter with its findings as comments.

    Args:
        report: Of the letter.
        path: File to write, mode 600.
        draft: The letter's own file: where it is a ``.docx``, its copy gets the comments and nothing else changes.
            Otherwise the letter's text is set in a new document.

    Raises:
        InputError: The draft cannot be opened by Word's own format, or the file cannot be written.
    """
    is_word = draft is not None and draft.suffix.lower() == ".docx"
    document = _open(draft) if is_word and draft is not None else _set_text(report.text)
    add_comments(document, [_make_comment(report, number) for number in range(len(report.findings))])
    content = io.BytesIO()
    document.save(content)
    try:
        write_whole(path.resolve(), content.getvalue(), mode=USER_ONLY)
    except OSError as error:
        raise make_write_error(error, path, "name a file in a folder of yours") from None
    return path


def _open(draft: Path) -> Any:
    try:
        return docx.Document(str(draft))
    # Read before within limits, in a child process; python-docx may still want what Word does not.
    except (PackageNotFoundError, KeyError, ValueError) as error:
        what = f"the comments cannot be added ({type(error).__name__})"
        raise InputError(Problem(what, "save it in Word once more, as .docx", file=str(draft))) from None


def _set_text(text: str) -> Any:
    document = docx.Document()
    clean_template(document)
    add_comment_styles(document)
    for block in show_blocks(text):
        if block.kind == "heading":
            paragraph = document.add_heading(level=min(block.level, 9))
        elif block.kind == "item" and not block.mark:
            paragraph = document.add_paragraph(style="List Bullet")
        else:
            paragraph = document.add_paragraph(style="Quote" if block.kind == "quote" else None)
            word.add_runs(paragraph, f"{block.mark} " if block.mark else "")
        for shown in block.texts:
            # A run with a line break is not cut, and a comment at words of it would be at all of them.
            for part in re.split(r"(\n)", visible_text(shown.text)):
                for run in word.add_runs(paragraph, part):
                    word.set_weight(run, bold=shown.bold, italic=shown.italic)
    return document


def _make_comment(report: CheckReport, number: int) -> WordComment:
    finding, place = report.findings[number], report.places[number] if number < len(report.places) else None
    after = place[0] / max(len(report.text), 1) if place else 0.0
    return WordComment(finding.quote or "", describe_finding(finding, report.name_place), AUTHOR, after)


def describe_finding(finding: Finding, name_place: Callable[[EvidencePlace], str]) -> str:
    """Writes a finding as a comment: severity and check, message, words of the exhibits, remedy.

    Args:
        finding: The finding.
        name_place: Names an exhibit and page as the letter does.
    """
    lines = [f"{finding.severity.capitalize()} ({finding.check}): {finding.message}"]
    lines += [f"{name_place(each)}: “{each.quote}”" for each in finding.evidence]
    if finding.suggestion:
        lines.append(finding.suggestion)
    return "\n".join(lines)
