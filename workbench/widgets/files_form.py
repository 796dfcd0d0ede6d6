"""Form that writes a run's files, with a link to each."""

from __future__ import annotations

from typing import Any

import ipywidgets

from workbench.errors import InputError, Problem
from workbench.export.files import FORMATS, export_petition
from workbench.export.package import export_package
from workbench.export.package_volumes import PROFILES
from workbench.export.review_files import REVIEW_FILES, write_review_files
from workbench.export.signing import find_signer
from workbench.export.written_files import WrittenFiles
from workbench.record.history import HistoryRow
from workbench.text.catalogue import gettext as _
from workbench.text.catalogue import ngettext
from workbench.text.html import escape_line
from workbench.widgets.form import WIDE, Form, make_heading
from workbench.workflow.run import Run

_LABELLED = {"style": {"description_width": "12em"}, "layout": ipywidgets.Layout(width="40em")}
_MOST_MOMENTS = 100
"""Moments that are offered for tracked changes, the newest first."""
_CHOSEN = frozenset({"pdf", "docx"})


class FilesForm(Form):
    """The files of a run: letter, claim table, check report and package, each as a link.

    Args:
        run: The run.
        user_id: As of the other forms; nothing is recorded here.

    Attributes:
        files: Those that were written last, by format.

    Examples:
        >>> import workbench
        >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
        >>> snapshot = run.wait(60)
        >>> workbench.FilesForm(run)
        FilesForm(no files yet)
    """

    def __init__(self, run: Run, *, user_id: str | None = None) -> None:  # noqa: ARG002 - the monitor makes all alike
        self._run = run
        self.files = WrittenFiles()
        super().__init__()
        names = {
            "pdf": _("PDF"),
            "docx": _("Word document"),
            "html": _("Page (HTML)"),
            "ipynb": _("Notebook"),
            "claims": _("Claim table (CSV)"),
            "check-report": _("Check report (PDF)"),
        }
        self._formats = {
            kind: ipywidgets.Checkbox(value=kind in _CHOSEN, description=names[kind], indent=False, layout=WIDE)
            for kind in (*FORMATS, *REVIEW_FILES)
        }
        self._earlier = ipywidgets.Dropdown(description=_("Changes since"), **_LABELLED)
        profiles = {
            "paper": _("on paper: volumes of 500 pages"),
            "online": _("online: files of 11.5 MB"),
        }
        self._package = ipywidgets.Dropdown(
            options=[(_("no package"), ""), *((profiles[name], name) for name in PROFILES)],
            description=_("Package"),
            **_LABELLED,
        )
        self._final = ipywidgets.Checkbox(description=_("Final, to be filed: without DRAFT"), indent=False, layout=WIDE)
        self._out = ipywidgets.Text(value=f"out/{run.snapshot.thread_id}", description=_("Folder"), **_LABELLED)
        # An Output resolves links as a cell does; an HTML widget would take them for addresses of JupyterLab itself.
        self._links = ipywidgets.Output()
        self._list_moments()
        self.children = [
            make_heading(_("Files of {name}", name=run.snapshot.letter.beneficiary or run.snapshot.thread_id)),
            *self._formats.values(),
            self._earlier,
            self._package,
            self._final,
            self._out,
            self._make_button(_("Write the files"), self._write),
            self._message,
            self._links,
        ]

    def __repr__(self) -> str:
        return f"FilesForm({', '.join(self.files) or 'no files yet'})"

    def _list_moments(self) -> None:
        rows = reversed(self._run.history()[-_MOST_MOMENTS:])
        chosen = self._earlier.value
        options = [(_("no moment: without tracked changes"), ""), *((_name_moment(row), row.id) for row in rows)]
        self._earlier.options = options
        self._earlier.value = chosen if any(chosen == moment for _name, moment in options) else ""

    def _write(self) -> str:
        self._links.outputs = ()
        snapshot, out, final = self._run.snapshot, self._out.value.strip(), self._final.value
        chosen = [kind for kind, box in self._formats.items() if box.value]
        if not out:
            raise InputError(Problem("no folder is named", "write one", field=_("Folder")))
        if not (chosen or self._earlier.value or self._package.value):
            raise InputError(Problem("nothing is chosen", "choose a file, or the package"))
        # A passphrase cannot be asked for by a button: the kernel would wait for a cell that does not run.
        signer = find_signer(can_ask=False)
        audit = self._run.audit()
        shared: dict[str, Any] = {"out": out, "final": final, "audit": audit, "signer": signer}
        files = WrittenFiles()
        # The redline first: with a final it is refused, and no file may have been written by then.
        if self._earlier.value:
            earlier = self._run.at(self._earlier.value)
            files["redline"] = export_petition(snapshot, to=["docx"], redline=earlier, **shared)["docx"]
        if letter := [kind for kind in chosen if kind in FORMATS]:
            files |= export_petition(snapshot, to=letter, **shared)
        if of_check := [kind for kind in chosen if kind in REVIEW_FILES]:
            files |= write_review_files(snapshot, self._run.check(), to=of_check, out=out)
        said = []
        if self._package.value:
            package = export_package(
                self._run,
                profile=self._package.value,
                on_progress=self._show_progress,
                **shared | {"out": f"{out}/package"},
            )
            files |= package.files
            said = [*package.troubles, *package.duplicates, *package.notes, *map(str, package.invariants)]
        self.files = WrittenFiles(files)
        self._show_links(said)
        self._list_moments()
        return ngettext("{count} file written.", "{count} files written.", len(files))

    def _show_progress(self, what: str, done: int, of: int) -> None:
        self._message.value = escape_line(f"{what}: {done} of {of}")

    def _show_links(self, said: list[str]) -> None:
        lines = "".join(f"<li>{escape_line(line)}</li>" for line in said)
        html = self.files._repr_html_() + (f"<ul>{lines}</ul>" if lines else "")
        data = {"text/html": html, "text/plain": "\n".join([*map(str, self.files.values()), *said])}
        self._links.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},)


def _name_moment(row: HistoryRow) -> str:
    # As the history names it: its words are those of the command line, too.
    return " ".join(filter(None, (row.at[:16].replace("T", " "), row.what, row.section_id, f"({row.who[:40]})")))
