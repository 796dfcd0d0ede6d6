"""Files of a check: the claim table and the check report of a run."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from workbench.checks.report import CheckReport
from workbench.errors import make_write_error
from workbench.export.check_report_pdf import render_check_report
from workbench.export.claims import encode_claims, list_claims
from workbench.export.written_files import WrittenFiles
from workbench.live.snapshot import Snapshot
from workbench.text.atomic_write import USER_ONLY, make_private_folder, write_whole

REVIEW_FILES: dict[str, tuple[str, Callable[[Snapshot, CheckReport], bytes]]] = {
    "claims": ("claims.csv", lambda snapshot, report: encode_claims(list_claims(snapshot, report))),
    "check-report": ("check-report.pdf", lambda snapshot, report: render_check_report(report, snapshot)),
}
"""File name and maker of each format."""


def write_review_files(
    snapshot: Snapshot, report: CheckReport, *, to: Collection[str], out: Path | str
) -> WrittenFiles:
    """Writes the claim table and the check report of a run.

    Args:
        snapshot: The run.
        report: Of its letter as it stands there; see :meth:`workbench.workflow.run_view.RunView.check`.
        to: Of :data:`REVIEW_FILES`.
        out: Folder; made where it is missing.

    Returns:
        The files by format. Files of those names are replaced.

    Raises:
        InputError: A folder that cannot be written.
        ExportError: The report cannot be typeset.
    """
    # All of them before the first file, as with a petition.
    made = {kind: REVIEW_FILES[kind][1](snapshot, report) for kind in to}
    folder = Path(out)
    files = WrittenFiles({kind: folder / REVIEW_FILES[kind][0] for kind in made})
    try:
        make_private_folder(folder)
        for kind, content in made.items():
            write_whole(files[kind].resolve(), content, mode=USER_ONLY)
    except OSError as error:
        raise make_write_error(error, out, "name a folder that you may write to", field="out") from None
    return files
