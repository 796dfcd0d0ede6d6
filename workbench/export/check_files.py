"""Files of a check report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workbench.checks.report import CheckReport
from workbench.checks.report_html import render_page
from workbench.errors import InputError, Problem, make_write_error
from workbench.export.claims import encode_claims, list_claims
from workbench.export.written_files import WrittenFiles
from workbench.text.atomic_write import USER_ONLY, write_whole

REPORT_FORMATS = ("html", "docx", "pdf", "claims")
"""Formats of a check report."""


def export_report(
    report: CheckReport,
    to: Sequence[str] = ("html", "docx"),
    out: str | Path = "out",
    *,
    draft: str | Path | None = None,
) -> WrittenFiles:
    """Writes a check report: the letter with its findings at their places, or one page to sign.

    Args:
        report: Of :func:`workbench.check`.
        to: ``html`` (one page), ``docx`` (findings as Word comments), ``pdf`` (one page to sign: what was checked,
            by which version, and what was found), ``claims`` (the claim table, CSV: a row a sentence).
        out: Folder, made where it is missing.
        draft: The file that was checked: a ``.docx`` is copied, with comments added.

    Returns:
        Path by format, which a notebook shows as links; the files have mode 600.

    Raises:
        InputError: An unknown format, or a folder that cannot be written.
        ExportError: The page cannot be typeset.

    Examples:
        >>> import tempfile, workbench
        >>> report = workbench.check("The prize was awarded in 19XX.")
        >>> files = workbench.export_report(report, to=("html",), out=tempfile.mkdtemp())
        >>> files["html"].name
        'draft-checked.html'
    """
    unknown = [name for name in to if name not in REPORT_FORMATS]
    if unknown:
        raise InputError(
            Problem(f"{unknown[0]!r} is no format of a report", f"write {', '.join(REPORT_FORMATS)}", field="to")
        )
    folder, stem = Path(out), Path(report.draft).stem or "draft"
    files = WrittenFiles()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in to:
            files[name] = folder / (f"{stem}-claims.csv" if name == "claims" else f"{stem}-checked.{name}")
            if name == "html":
                write_whole(files[name].resolve(), render_page(report).encode(), mode=USER_ONLY)
            elif name == "pdf":
                from workbench.export.check_report_pdf import render_check_report  # noqa: PLC0415 - imports typst

                write_whole(files[name].resolve(), render_check_report(report), mode=USER_ONLY)
            elif name == "claims":
                write_whole(files[name].resolve(), encode_claims(list_claims(None, report)), mode=USER_ONLY)
            else:
                from workbench.export.check_docx import write_docx  # noqa: PLC0415 - python-docx takes a while to import

                write_docx(report, files[name], None if draft is None else Path(draft))
    except OSError as error:
        raise make_write_error(error, folder, "name a folder of yours", field="out") from None
    return files
