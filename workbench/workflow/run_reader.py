"""Records of a run: exhibits, checks, history and audit record."""

from __future__ import annotations

from workbench.checks.finding import Finding
from workbench.checks.report import CheckReport
from workbench.config import Settings
from workbench.drafting.sections import SECTIONS, waits_for
from workbench.errors import InputError, Problem
from workbench.live.audit import AuditEntry
from workbench.live.snapshot import Snapshot
from workbench.record.history import HistoryRow
from workbench.record.rows import Rows
from workbench.workflow.loop import BackgroundLoop
from workbench.workflow.page_pictures import MarkedPlaces, draw_page, place_passage, read_exhibit_file
from workbench.workflow.repository import RunRepository, read_audit, read_history, read_state
from workbench.workflow.run_check import check_run, load_run_case
from workbench.workflow.run_sections import find_missing_sections


class RunReader:
    """A run as it stands, and its records.

    Attributes:
        thread_id: The run's id.
    """

    def __init__(self, loop: BackgroundLoop, settings: Settings, snapshot: Snapshot) -> None:
        self.thread_id = snapshot.thread_id
        self._loop = loop
        self._settings = settings
        self._snapshot = snapshot

    def __repr__(self) -> str:
        return f"<Run {self.thread_id}: {self._snapshot.describe()}>"

    @property
    def snapshot(self) -> Snapshot:
        """The state after the last acknowledged event."""
        return self._snapshot

    @property
    def waits_for(self) -> dict[str, tuple[str, ...]]:
        """Dependencies between the run's sections.

        The ids that a section waits for, by its own id.
        """
        # A later version may have sections that this one does not know: they are left out, not refused.
        known = [SECTIONS[state.section_id] for state in self._snapshot.sections if state.section_id in SECTIONS]
        return {spec.section_id: waits_for(spec, known) for spec in known}

    @property
    def missing_sections(self) -> dict[str, str]:
        """Titles of the sections that the case calls for and the run is without, by id.

        Raises:
            InputError: The case is not on this machine, or cannot be read.
        """
        missing = find_missing_sections(self._snapshot, load_run_case(self._settings, self._snapshot))
        return {section_id: spec.title for section_id, spec in missing.items()}

    def page_text(self, exhibit_id: str, page: int) -> str:
        """Returns the text of one exhibit page.

        It is the text that the drafts were checked against.

        Args:
            exhibit_id: The exhibit.
            page: From 1.

        Raises:
            InputError: The run has no such page.
            StoreUnavailableError: The store cannot be reached.

        Examples:
            >>> import workbench
            >>> run = workbench.prepare("wu")
            >>> bool(run.page_text(run.snapshot.exhibits[0].exhibit_id, 1))
            True
        """
        # Not from the exhibit's file: that may have changed, or may lie on another machine.
        text = self._loop.call(RunRepository(self._settings).page(self.thread_id, exhibit_id, page))
        if text is None:
            raise InputError(
                Problem(what=f"exhibit {exhibit_id!r} has no page {page} in this run", remedy="see its exhibit index")
            )
        return text

    def page_picture(self, exhibit_id: str, page: int) -> bytes:
        """Draws one exhibit page as PNG.

        Args:
            exhibit_id: The exhibit.
            page: From 1.

        Raises:
            InputError: The run has no such page, its file is text, or it is not on this machine or has changed.

        Examples:
            >>> import workbench
            >>> run = workbench.prepare("wu")
            >>> run.page_picture("comstock-record", 1)[1:4]
            b'PNG'
        """
        return draw_page(self._settings, self.snapshot, exhibit_id, page)

    def passage_places(self, exhibit_id: str, page: int, passage: str = "", *, sentence: str = "") -> MarkedPlaces:
        """Finds the places of a passage on one exhibit page.

        Args:
            exhibit_id: The exhibit.
            page: From 1.
            passage: Words of the page.
            sentence: In their stead a sentence of the letter, whose passage is found first.

        Returns:
            Its boxes in shares of the page, and a line where it cannot be marked.

        Raises:
            InputError: As for :meth:`page_picture`.

        Examples:
            >>> import workbench
            >>> run = workbench.prepare("wu")
            >>> len(run.passage_places("comstock-record", 1, "the first woman to receive the prize").boxes)
            1
        """
        return place_passage(self._settings, self.snapshot, exhibit_id, page, passage=passage, sentence=sentence)

    def exhibit_file(self, exhibit_id: str) -> tuple[str, bytes]:
        """Reads the file of an exhibit.

        Args:
            exhibit_id: The exhibit.

        Returns:
            Its name and its bytes, the same that the draft was checked against.

        Raises:
            InputError: There is no such exhibit, or its file is not on this machine or has changed.

        Examples:
            >>> import workbench
            >>> workbench.prepare("wu").exhibit_file("comstock-record")[0]
            'comstock-record.pdf'
        """
        return read_exhibit_file(self._settings, self.snapshot, exhibit_id)

    def check(self) -> CheckReport:
        """Checks the letter as it stands against the exhibits.

        Returns:
            The findings, and a verdict for each sentence.

        Raises:
            InputError: The case is not on this machine, or cannot be read.

        Examples:
            >>> import workbench
            >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
            >>> snapshot = run.wait(60)
            >>> bool(run.check().sentences)
            True
        """
        return check_run(self._settings, self.snapshot)

    def history(self) -> Rows[HistoryRow]:
        """Returns the moments of the run, oldest first.

        Those that one would go back to; see :func:`workbench.fork`. ``history().to_frame()`` is a DataFrame.

        Raises:
            StoreUnavailableError: The store cannot be reached.

        Examples:
            >>> import workbench
            >>> run = workbench.prepare("wu")
            >>> [row.what for row in run.history()]
            ['prepared']
        """
        return read_history(self.thread_id, self._settings)

    def at(self, event_id: str) -> Snapshot:
        """Returns the run as it stood after an event.

        Args:
            event_id: As in :meth:`history`.

        Raises:
            InputError: No event of the run has that id.
            StoreUnavailableError: The store cannot be reached.

        Examples:
            >>> import workbench
            >>> run = workbench.prepare("wu")
            >>> run.at(run.history()[0].id).status
            'pending'
        """
        return read_state(self.thread_id, event_id, self._settings)

    def audit(self) -> Rows[AuditEntry]:
        """Returns the audit record, oldest entry first.

        Each command and draft, with its time and user. ``audit().to_frame()`` is a DataFrame.

        Raises:
            StoreUnavailableError: The store cannot be reached.

        Examples:
            >>> import workbench
            >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
            >>> snapshot = run.wait()
            >>> [entry.action for entry in run.audit()]
            ['start', 'draft']
        """
        return read_audit(self.thread_id, self._settings)

    def findings(self) -> Rows[Finding]:
        """Returns what the checks say of the present sections, and of the letter as a whole at the end.

        They are those of the run itself: nothing is checked anew, as :meth:`check` does. ``findings().to_frame()`` is a
        DataFrame.

        Examples:
            >>> import workbench
            >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
            >>> snapshot = run.wait(60)
            >>> [finding.check for finding in run.findings() if finding.severity == "error"]
            []
        """
        snapshot = self.snapshot
        found = [
            finding if finding.section_id else finding.model_copy(update={"section_id": section.section_id})
            for section in snapshot.sections
            for finding in section.findings
        ]
        return Rows([*found, *snapshot.letter_findings])
