"""Jupyter workbench for drafting, checking and exporting EB-1A petitions.

import workbench

case = workbench.load_case("wu")     # the sample case, or the path of a case folder
run = workbench.start(case)          # the workflow runs in this kernel, in the background
workbench.Monitor(run)               # shows the petition while it is written
await run
workbench.export_petition(run.snapshot, out="out")
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from workbench.workflow.sharing_provider import register_sharing
from workbench.workflow.word_provider import register_word_reader

if TYPE_CHECKING:
    from workbench.case.loader import load_case
    from workbench.case.model import Case
    from workbench.case.search import MemoryManager
    from workbench.checks.check import check
    from workbench.checks.report import CheckReport
    from workbench.config import Settings
    from workbench.drafting.agents import ValidatorAgent, WriterAgent
    from workbench.drafting.opinions import ask_opinions
    from workbench.drafting.sections import EB1A_SECTIONS
    from workbench.errors import WorkbenchError
    from workbench.export import export_petition
    from workbench.export.check_files import export_report
    from workbench.export.letter_style import read_style
    from workbench.export.package import export_package
    from workbench.export.signing import find_signer
    from workbench.export.verify import verify_file
    from workbench.export.word_import import read_edited_docx
    from workbench.intake.case_editor import CaseEditor
    from workbench.intake.new_case import new_case
    from workbench.live.snapshot import Snapshot
    from workbench.record.comparison import compare
    from workbench.server.diagnosis import doctor
    from workbench.tuning.experiment.experiment import Experiment
    from workbench.tuning.prompt_store import PromptStore
    from workbench.widgets.case_form import CaseForm
    from workbench.widgets.dashboard import Dashboard
    from workbench.widgets.files_form import FilesForm
    from workbench.widgets.monitor import Monitor
    from workbench.widgets.pairwise import Pairwise
    from workbench.widgets.timeline import Timeline
    from workbench.widgets.tuner import Tuner
    from workbench.widgets.word_form import WordForm
    from workbench.workflow.context import RunOptions
    from workbench.workflow.fork import fork
    from workbench.workflow.letter_import import import_letter
    from workbench.workflow.run import Run
    from workbench.workflow.start import attach, prepare, resume, run_document_generation, start

__all__ = [
    "EB1A_SECTIONS",
    "Case",
    "CaseEditor",
    "CaseForm",
    "CheckReport",
    "Dashboard",
    "Experiment",
    "FilesForm",
    "MemoryManager",
    "Monitor",
    "Pairwise",
    "PromptStore",
    "Run",
    "RunOptions",
    "Settings",
    "Snapshot",
    "Timeline",
    "Tuner",
    "ValidatorAgent",
    "WordForm",
    "WorkbenchError",
    "WriterAgent",
    "ask_opinions",
    "attach",
    "check",
    "compare",
    "doctor",
    "export_package",
    "export_petition",
    "export_report",
    "find_signer",
    "fork",
    "import_letter",
    "load_case",
    "new_case",
    "prepare",
    "read_edited_docx",
    "read_style",
    "resume",
    "run_document_generation",
    "start",
    "verify_file",
]


def _load_sharing() -> Any:
    return import_module(f"{__name__}.server.sharing")


# Run.share is below the server that makes the links: it is told here where they are made, and imports that when used.
register_sharing(_load_sharing)


def _load_word_reader() -> Any:
    return import_module(f"{__name__}.export.word_import")


# Run.read_docx is below the export in the same way.
register_word_reader(_load_word_reader)

# A Voila kernel that only shows runs must not wait for LangGraph and OpenAI, so a public name is imported when it is
# used. tests/house/test_house.py checks that importing the package imports neither.
_HOMES = {
    "EB1A_SECTIONS": "drafting.sections",
    "Case": "case.model",
    "CaseEditor": "intake.case_editor",
    "CaseForm": "widgets.case_form",
    "CheckReport": "checks.report",
    "Dashboard": "widgets.dashboard",
    "Experiment": "tuning.experiment.experiment",
    "FilesForm": "widgets.files_form",
    "MemoryManager": "case.search",
    "Monitor": "widgets.monitor",
    "Pairwise": "widgets.pairwise",
    "PromptStore": "tuning.prompt_store",
    "Run": "workflow.run",
    "RunOptions": "workflow.context",
    "Settings": "config",
    "Snapshot": "live.snapshot",
    "Timeline": "widgets.timeline",
    "Tuner": "widgets.tuner",
    "ValidatorAgent": "drafting.agents",
    "WordForm": "widgets.word_form",
    "WorkbenchError": "errors",
    "WriterAgent": "drafting.agents",
    "ask_opinions": "drafting.opinions",
    "attach": "workflow.start",
    "check": "checks.check",
    "compare": "record.comparison",
    "doctor": "server.diagnosis",
    "export_package": "export.package",
    "export_petition": "export",
    "export_report": "export.check_files",
    "find_signer": "export.signing",
    "fork": "workflow.fork",
    "import_letter": "workflow.letter_import",
    "load_case": "case.loader",
    "new_case": "intake.new_case",
    "prepare": "workflow.start",
    "read_edited_docx": "export.word_import",
    "read_style": "export.letter_style",
    "resume": "workflow.start",
    "run_document_generation": "workflow.start",
    "start": "workflow.start",
    "verify_file": "export.verify",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if sys.platform == "win32" and name != "doctor":  # it says what is missing, this included
        # Late: processes that read exhibits import this package, and need no errors.
        from workbench.errors import refuse_windows  # noqa: PLC0415

        refuse_windows()
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value  # the next access does not come here
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
