"""nbconvert's door to the petition: ``jupyter nbconvert --to petition_pdf petition.ipynb``.

The exporters keep only cells tagged for filing and use no template of nbconvert: no expression in a cell is evaluated.
"""

from __future__ import annotations

from typing import Any, ClassVar

from nbconvert.exporters.base import Exporter
from nbformat import NotebookNode
from traitlets import default
from traitlets.config import Application

from workbench.errors import WorkbenchError, printable
from workbench.export.docx import render_docx
from workbench.export.html import render_html
from workbench.export.pdf import render_pdf
from workbench.export.petition import Petition, read_petition


class PetitionExporter(Exporter):
    """Base of the three exporters."""

    extension: ClassVar[str]

    def render(self, petition: Petition) -> str | bytes:
        """Renders the petition in the exporter's format."""
        raise NotImplementedError

    # Every exporter answers its own output where the base class answers the notebook: nbconvert's own do the same.
    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str | bytes, dict[str, Any]]:
        """Renders the filing cells of a notebook.

        Raises:
            ExportError: See :func:`workbench.export.petition.read_petition`. Under ``jupyter nbconvert`` its lines are
                printed, and the command ends with status 1.
        """
        # The base class runs the user's preprocessors on a copy. None of them is relied on to remove a cell:
        # read_petition keeps what is tagged for filing, and TagRemovePreprocessor removes nothing by default.
        notebook, resources = super().from_notebook_node(nb, resources, **kwargs)
        try:
            return self.render(read_petition(notebook)), resources
        except WorkbenchError as error:
            _end_command(error)
            raise

    # A default of the trait, not a class attribute: that would replace the trait, and with it the user's configuration.
    @default("file_extension")
    def _file_extension_default(self) -> str:
        return self.extension


def _end_command(error: WorkbenchError) -> None:
    """Ends the command ``jupyter nbconvert`` with the error's lines; does nothing in other programs.

    The command prints a traceback for every exception, also its own.
    """
    from nbconvert.nbconvertapp import NbConvertApp  # noqa: PLC0415 - it imports this module while it is imported

    if Application.initialized() and isinstance(command := Application.instance(), NbConvertApp):
        for line in str(error).splitlines():
            command.log.error(printable(line))
        command.exit(1)


class PetitionHTMLExporter(PetitionExporter):
    """The petition as one self-contained page."""

    # The entry in JupyterLab's menu "Save and Export Notebook As".
    export_from_notebook = "Petition (HTML)"
    output_mimetype = "text/html"
    extension = ".html"

    def render(self, petition: Petition) -> str:
        """Renders the page: :func:`workbench.export.html.render_html`."""
        return render_html(petition)


class PetitionPDFExporter(PetitionExporter):
    """The petition as tagged PDF/A."""

    export_from_notebook = "Petition (PDF)"
    output_mimetype = "application/pdf"
    extension = ".pdf"

    def render(self, petition: Petition) -> bytes:
        """Typesets the PDF: :func:`workbench.export.pdf.render_pdf`."""
        return render_pdf(petition)


class PetitionDOCXExporter(PetitionExporter):
    """The petition as a Word document."""

    export_from_notebook = "Petition (DOCX)"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    extension = ".docx"

    def render(self, petition: Petition) -> bytes:
        """Writes the document: :func:`workbench.export.docx.render_docx`."""
        return render_docx(petition)
