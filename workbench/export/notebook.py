"""The petition as a notebook, for reading, editing and filing.

A manifest in its metadata says how it came to be. Markdown cells tagged ``filing`` are the petition; nothing else of
the notebook is ever exported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import nbformat
from nbformat import NotebookNode

from workbench.case.citation import Citation, find_citations
from workbench.errors import ExportError
from workbench.export.letter_forms import CLASSIFICATION, find_form
from workbench.export.letter_style import LetterStyle
from workbench.export.manifest import KEY, Manifest, edits_by_hand, made_by
from workbench.export.manifest_section import describe_section, digest_findings
from workbench.export.markdown import escape_markdown, for_jupyter, inert
from workbench.export.paragraphs import describe_paragraphs, list_paragraphs
from workbench.export.petition import read_petition
from workbench.export.readiness import open_groups, refusals
from workbench.live.audit import AuditEntry
from workbench.live.snapshot import ExhibitState, LetterHead, SectionState, Snapshot
from workbench.text.long_date import format_long_date
from workbench.text.notebook_marks import FILING_TAG

_MAKE_NODE: Any = nbformat.from_dict  # nbformat has no types

NOT_DRAFTED = "*Not yet drafted.*"
"""Text in the place of a section that has none."""

_ROLE = re.compile(r"\b(?:counsel|attorney|petitioner)\b", re.IGNORECASE)
"""A signature block that already says for whom it signs."""

ADDRESSEE = "U.S. Citizenship and Immigration Services"
"""To whom the letter goes. The lockbox depends on the petitioner's state, and moves: the attorney adds it."""


def petition_notebook(
    snapshot: Snapshot,
    *,
    final: bool = False,
    audit: Iterable[AuditEntry] | None = None,
    style: LetterStyle | None = None,
) -> NotebookNode:
    """Builds the petition's notebook.

    The same snapshot and record give the same bytes.

    Args:
        snapshot: The run, at any moment of it.
        final: Whether this is the text to be filed: no draft marks, no open list.
        audit: Who did what when, in order; it goes into the manifest. None: no record does.
        style: Of the letter; it goes into the manifest. None: the product's own.

    Returns:
        A valid notebook (format 4.5), every cell with an id.

    Raises:
        ExportError: ``final``, and something stands against it; one reason a line.
    """
    notebook = build_notebook(snapshot, final=final, audit=audit, style=style)
    nbformat.validate(notebook)
    return notebook


def build_notebook(
    snapshot: Snapshot,
    *,
    final: bool = False,
    audit: Iterable[AuditEntry] | None = None,
    style: LetterStyle | None = None,
) -> NotebookNode:
    """Builds the same without validating it, for a notebook that is no file.

    The first validation in a process compiles the format's schema, in a tenth of a second.
    """
    record = None if audit is None else tuple(audit)
    if final and (reasons := refusals(snapshot, record)):
        raise ExportError("not exported as final:\n" + "\n".join(reasons))
    sections = {section.section_id: _section_source(section) for section in snapshot.sections}
    manifest = Manifest(
        made_by=made_by(),
        thread_id=snapshot.thread_id,
        case_id=snapshot.case_id,
        case_digest=snapshot.case_digest,
        status=snapshot.status,
        model=snapshot.model,
        last_event_id=snapshot.last_event_id,
        updated_at=snapshot.updated_at,
        final=final,
        letter=snapshot.letter,
        sections=tuple(
            # Of the very words that _make_filing_cell writes; otherwise every section would count as edited.
            describe_section(section, for_jupyter(sections[section.section_id]))
            for section in snapshot.sections
        ),
        exhibits=snapshot.exhibits,
        open=() if final else open_groups(snapshot, record),
        audit=record or (),
        findings_sha256=digest_findings(snapshot.letter_findings),
        record=snapshot.audit,
        style=style,
    )
    cells = [
        _note("note", _how_to_export(manifest)),
        _make_filing_cell("head", "head", _head_source(snapshot.letter, style)),
    ]
    if manifest.open:
        cells.append(_make_filing_cell("open", "open", _open_source(manifest)))
    cells += [
        _make_filing_cell(
            f"section-{position}",
            "section",
            sections[section.section_id],
            section_id=section.section_id,
            prompt_version=section.prompt_version,
        )
        for position, section in enumerate(snapshot.sections, start=1)
    ]
    cells.append(_make_filing_cell("signature", "signature", _signature_source(snapshot.letter)))
    cells.append(_make_filing_cell("exhibits", "exhibits", _exhibits_source(snapshot)))
    notebook: NotebookNode = _MAKE_NODE(
        {
            "cells": cells,
            "metadata": {
                KEY: manifest.to_dict(),
                "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
                "title": find_form(snapshot.letter.document_type)
                .title.partition(":")[0]
                .format(beneficiary=snapshot.letter.beneficiary),
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )
    # The paragraphs as the files will show them: with the exhibits' numbers, and the index.
    paragraphs = describe_paragraphs(list_paragraphs(read_petition(notebook)))
    notebook.metadata[KEY] = manifest.model_copy(update={"paragraphs": paragraphs}).to_dict()
    return notebook


def _make_filing_cell(cell_id: str, role: str, source: str, **marks: str | None) -> dict[str, Any]:
    return _make_cell(cell_id, source, {"tags": [FILING_TAG], KEY: {"role": role, **marks}})


def _note(cell_id: str, source: str) -> dict[str, Any]:
    return _make_cell(cell_id, source, {"tags": ["note"], KEY: {"role": "note"}})


def _make_cell(cell_id: str, source: str, metadata: dict[str, Any]) -> dict[str, Any]:
    # The same snapshot must give the same bytes, and so the same ids.
    return {"cell_type": "markdown", "id": cell_id, "metadata": metadata, "source": for_jupyter(source)}


def _how_to_export(manifest: Manifest) -> str:
    state = "**Final.**" if manifest.final else "**DRAFT — not for filing.**"
    hands = f" {escape_markdown(edits_by_hand(manifest))}".rstrip()
    sample = f"\n\n**{escape_markdown(manifest.letter.sample)}**" if manifest.letter.sample else ""
    return (
        f"{state} Text drafted by: {escape_markdown(manifest.model or 'not recorded')}.{hands}{sample}\n\n"
        "*This note is not filed: only cells tagged `filing` are. Edit the letter's head, the sections and the "
        "signature freely; exhibit numbers, the exhibit index and the open list are made anew at each export.*\n\n"
        "`jupyter nbconvert --to petition_pdf petition.ipynb` (or `petition_docx`, `petition_html`)"
    )


def _head_source(letter: LetterHead, style: LetterStyle | None) -> str:
    filed = escape_markdown(format_long_date(letter.filing_date)) if letter.filing_date else "[date of filing]"
    form = find_form(letter.document_type)
    rows = {
        "RE": form.re,
        **{escape_markdown(label): escape_markdown(value) for label, value in letter.rows},
        **_parties(letter),
        **({"Classification": CLASSIFICATION} if form.names_classification else {}),
        "Field of endeavor": escape_markdown(letter.field_of_endeavor),
        **({"Criteria claimed": _criteria(letter.criteria)} if form.claims_criteria else {}),
    }
    listed = "\n".join(f"- **{label}:** {value or '[to be completed]'}" for label, value in rows.items())
    delivery = f"**{escape_markdown(style.delivery)}**\n\n" if style is not None and style.delivery else ""
    return f"{filed}\n\n{delivery}{ADDRESSEE}\n\n{listed}\n\nDear Officer:"


def _parties(letter: LetterHead) -> dict[str, str]:
    """Names petitioner and beneficiary, a self-petitioner once."""
    petitioner, beneficiary = escape_markdown(letter.petitioner), escape_markdown(letter.beneficiary)
    # A self-petitioner stands in the case without the honorific that the letter gives the beneficiary.
    if petitioner and f" {beneficiary}".endswith(f" {petitioner}"):
        return {"Self-petitioner": beneficiary}
    return {"Petitioner": petitioner, "Beneficiary": beneficiary}


def _criteria(paragraphs: tuple[str, ...]) -> str:
    """Lists the paragraphs claimed; the introduction gives their titles.

    ``8 C.F.R. § 204.5(h)(3)(i), (ii) and (vi)``, and other paragraphs on lines of their own.
    """
    of_three = [paragraph for paragraph in paragraphs if paragraph.startswith("(h)(3)(")]
    others = [paragraph for paragraph in paragraphs if paragraph not in of_three]
    numerals = ", ".join(paragraph.removeprefix("(h)(3)") for paragraph in of_three)
    cited = [f"(h)(3){' and '.join(numerals.rsplit(', ', 1))}"] * bool(of_three) + others
    return "  \n  ".join(f"8 C.F.R. § 204.5{escape_markdown(paragraph)}" for paragraph in cited)


def _section_source(section: SectionState) -> str:
    # Inert in the notebook, too: Jupyter renders every Markdown cell when the file is opened.
    return f"## {escape_markdown(section.title)}\n\n{inert(section.content).strip() or NOT_DRAFTED}"


def _signature_source(letter: LetterHead) -> str:
    lines = letter.counsel or ((letter.petitioner,) if letter.petitioner else ())
    form = find_form(letter.document_type)
    if form.signed_by_counsel and letter.counsel and not any(_ROLE.search(line) for line in lines):
        # The officer must see in which capacity a person signs.
        lines = (lines[0], "Counsel for the Petitioner", *lines[1:])
    # Two spaces at a line's end are Markdown's line break.
    block = "  \n".join(escape_markdown(line) for line in lines) or "[signature block]"
    return f"{form.closing}\n\n{block}"


def _exhibits_source(snapshot: Snapshot) -> str:
    # For reading in Jupyter: an export makes the index anew, from the manifest and the text as it then stands.
    ids = [(section.title, _cited_ids(section)) for section in snapshot.sections]
    cited = {
        exhibit.exhibit_id: [title for title, cites in ids if exhibit.exhibit_id in cites]
        for exhibit in snapshot.exhibits
        if exhibit.filed
    }
    filed = (exhibit for exhibit in snapshot.exhibits if exhibit.filed)
    rows = "\n".join(_exhibit_row(exhibit, cited[exhibit.exhibit_id]) for exhibit in filed)
    head = "| No. | Exhibit | Kind | Date | Pages | Cited in |\n|--:|---|---|---|--:|---|"
    return f"## Exhibit Index\n\n{head}\n{rows}"


def _cited_ids(section: SectionState) -> set[str]:
    return {item.exhibit_id for item in find_citations(section.content) if isinstance(item, Citation)}


def _exhibit_row(exhibit: ExhibitState, sections: list[str]) -> str:
    title = escape_markdown(exhibit.title)
    cited = "; ".join(escape_markdown(section) for section in sections) or "*not cited*"
    kind = escape_markdown(exhibit.kind.replace("_", " "))
    date_of = escape_markdown(format_long_date(exhibit.date))
    return f"| {exhibit.number} | {title} | {kind} | {date_of} | {exhibit.pages} | {cited} |"


def _open_source(manifest: Manifest) -> str:
    return "## Open Before Filing\n\n" + "\n\n".join(
        f"### {escape_markdown(group.title)}\n\n"
        + "\n".join(f"- **{item.severity}:** {escape_markdown(item.text)}" for item in group.items)
        for group in manifest.open
    )
