"""The files of a petition: notebook, HTML, PDF, DOCX."""

from workbench.export.files import FORMATS, export_petition
from workbench.export.notebook import petition_notebook
from workbench.export.readiness import refusals

__all__ = ["FORMATS", "export_petition", "petition_notebook", "refusals"]
