"""Methods of a run for decisions on sections.

There is one for each command.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from workbench.live.snapshot import SectionState, Snapshot
from workbench.workflow.commands import SectionAction, SentenceAction
from workbench.workflow.word_provider import load_word_reader


class SectionMethods(ABC):
    """The attorney's commands on sections.

    Apart from :class:`~workbench.workflow.run.Run`, which sends them. All of them work on a run that is written by this
    process, by another one, or by none.
    """

    @abstractmethod
    def send_section_command(
        self,
        section_id: str,
        action: SectionAction | SentenceAction,
        *,
        note: str | None = None,
        text: str | None = None,
        base: str | None = None,
        finding: str | None = None,
        user_id: str | None = None,
        via: str = "kernel",
    ) -> Snapshot:
        """Decides as :meth:`decide` does, and returns the whole run."""

    def decide(
        self,
        section_id: str,
        action: SectionAction,
        *,
        note: str | None = None,
        text: str | None = None,
        base: str | None = None,
        user_id: str | None = None,
        via: str = "kernel",
    ) -> SectionState:
        """Decides on a section, at any time.

        Also of a run that has ended, or that another process writes.

        Args:
            section_id: The section.
            action: ``approve``: the present text, and no other, is approved by ``user_id``; needs a note where the
                checks still find errors. ``withdraw``: the approval is taken back. ``reject`` (with a note) and
                ``regenerate`` (with or without): the section is drafted again, with the note as instruction; not where
                the offline assembler would write the same again. ``edit``: ``text`` replaces the section's text, and
                is checked. ``lock``, ``unlock``: nobody changes a locked text. ``add``: a section that the case calls
                for and the run is without comes in at its place, and is drafted.
            note: See above; at most 10,000 characters.
            text: Of an edit: Markdown without HTML, images and raw blocks; at most 200,000 characters.
            base: sha256 (hexadecimal) of the text that the decision is about, to detect a conflict; None: the text
                that stands there when the decision arrives.
            user_id: Who decides; asserted. Default: who started the run.
            via: How the decision came, for the audit record.

        Returns:
            The section after it. A draft that was asked for comes later: ``run.wait()``.

        Raises:
            InputError: There is no such section, or what the action needs is missing or cannot be used.
            TransitionError: The run's or the section's state does not allow it.
            StoreError: The store is away, or the process that writes the run does not answer.

        Examples:
            >>> import workbench
            >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
            >>> snapshot = run.wait(60)
            >>> run.decide("awards", "approve", user_id="a.attorney").approved_by
            'a.attorney'
        """
        return self.send_section_command(
            section_id, action, note=note, text=text, base=base, user_id=user_id, via=via
        ).section(section_id)

    def decide_sentence(
        self,
        section_id: str,
        action: SentenceAction,
        sentence: str,
        *,
        finding: str | None = None,
        note: str | None = None,
        user_id: str | None = None,
        via: str = "kernel",
    ) -> SectionState:
        """Records a person's word on one sentence, at any time.

        Args:
            section_id: The section.
            action: ``confirm_sentence``: it stands; ``reject_sentence``: it must change; ``comment``: ``note`` is about
                it. The word is bound to this text: of another sentence in its place nothing was said.
            sentence: Its words, verbatim.
            finding: Id of the check that is answered, ``support`` for the verdict, or None.
            note: The reason, or the comment.
            user_id: Who decides; asserted. Default: who started the run.
            via: How the decision came, for the audit record.

        Returns:
            The section after it, with the remark as the last of its ``remarks``.

        Raises:
            InputError: As for :meth:`decide`.
            TransitionError: The sentence does not stand there any more, or the run is cancelled.
            StoreError: The store is away, or the run's writer does not answer.

        Examples:
            >>> import workbench
            >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
            >>> snapshot = run.wait(60)
            >>> section = run.edit("awards", "The award is recognized.")
            >>> run.decide_sentence("awards", "comment", "The award is recognized.", note="By whom?").remarks[0].kind
            'comment'
        """
        return self.send_section_command(
            section_id, action, text=sentence, finding=finding, note=note, user_id=user_id, via=via
        ).section(section_id)

    def approve(
        self, section_id: str, note: str | None = None, *, user_id: str | None = None, via: str = "kernel"
    ) -> SectionState:
        """Approves the section's present text.

        Args:
            section_id: The section.
            note: The reason, where the checks still find errors.
            user_id: Who decides; asserted. Default: who started the run.
            via: How the decision came, for the audit record.

        Returns:
            The section after it.

        Raises:
            InputError: As for :meth:`decide`.
            TransitionError: The run's or the section's state does not allow it.
            StoreError: The store is away, or the run's writer does not answer.

        Examples:
            >>> import workbench
            >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
            >>> snapshot = run.wait(60)
            >>> run.approve("awards", user_id="a.attorney").status
            'approved'
        """
        return self.decide(section_id, "approve", note=note, user_id=user_id, via=via)

    def withdraw(self, section_id: str, *, user_id: str | None = None, via: str = "kernel") -> SectionState:
        """Withdraws the section's approval; the text stays.

        Args:
            section_id: The section.
            user_id: Who decides; asserted. Default: who started the run.
            via: How the decision came, for the audit record.

        Returns:
            The section after it.

        Raises:
            InputError: As for :meth:`decide`.
            TransitionError: The section is not approved.
            StoreError: The store is away, or the run's writer does not answer.

        Examples:
            >>> import workbench
            >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
            >>> snapshot = run.wait(60)
            >>> section = run.approve("awards", user_id="a.attorney")
            >>> run.withdraw("awards", user_id="a.attorney").status
            'completed'
        """
        return self.decide(section_id, "withdraw", user_id=user_id, via=via)

    def reject(self, section_id: str, note: str, *, user_id: str | None = None, via: str = "kernel") -> SectionState:
        """Sends the section back to be drafted again.

        Args:
            section_id: The section.
            note: The instruction for the next draft.
            user_id: Who decides; asserted. Default: who started the run.
            via: How the decision came, for the audit record.

        Returns:
            The section after it.

        Raises:
            InputError: As for :meth:`decide`.
            TransitionError: The run's or the section's state does not allow it.
            StoreError: The store is away, or the run's writer does not answer.

        Examples:
            >>> import workbench
            >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
            >>> snapshot = run.wait(60)
            >>> section = run.edit("awards", "The award is recognized.")
            >>> run.reject("awards", "Name the jury first.").instruction
            'Name the jury first.'
        """
        return self.decide(section_id, "reject", note=note, user_id=user_id, via=via)

    def edit(
        self, section_id: str, text: str, base: str | None = None, *, user_id: str | None = None, via: str = "kernel"
    ) -> SectionState:
        """Replaces the section's text by the attorney's own.

        Args:
            section_id: The section.
            text: Markdown without HTML, images and raw blocks.
            base: sha256 of the text that the edit began from; None: the text that stands there.
            user_id: Who decides; asserted. Default: who started the run.
            via: How the decision came, for the audit record.

        Returns:
            The section after it.

        Raises:
            InputError: As for :meth:`decide`.
            TransitionError: The run's or the section's state does not allow it.
            StoreError: The store is away, or the run's writer does not answer.

        Examples:
            >>> import workbench
            >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
            >>> snapshot = run.wait(60)
            >>> run.edit("awards", "The award is recognized.", user_id="a.attorney").edited_by
            'a.attorney'
        """
        return self.decide(section_id, "edit", text=text, base=base, user_id=user_id, via=via)

    def regenerate(
        self, section_id: str, instruction: str | None = None, *, user_id: str | None = None, via: str = "kernel"
    ) -> SectionState:
        """Has the section drafted again.

        Args:
            section_id: The section.
            instruction: For the next draft.
            user_id: Who decides; asserted. Default: who started the run.
            via: How the decision came, for the audit record.

        Returns:
            The section after it.

        Raises:
            InputError: As for :meth:`decide`.
            TransitionError: The run's or the section's state does not allow it.
            StoreError: The store is away, or the run's writer does not answer.

        Examples:
            >>> import workbench
            >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
            >>> snapshot = run.wait(60)
            >>> section = run.edit("awards", "The award is recognized.")
            >>> run.regenerate("awards").status
            'pending'
        """
        return self.decide(section_id, "regenerate", note=instruction, user_id=user_id, via=via)

    def lock(self, section_id: str, *, user_id: str | None = None, via: str = "kernel") -> SectionState:
        """Locks the section's text against changes.

        Args:
            section_id: The section.
            user_id: Who decides; asserted. Default: who started the run.
            via: How the decision came, for the audit record.

        Returns:
            The section after it.

        Raises:
            InputError: As for :meth:`decide`.
            TransitionError: The run's or the section's state does not allow it.
            StoreError: The store is away, or the run's writer does not answer.

        Examples:
            >>> import workbench
            >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
            >>> snapshot = run.wait(60)
            >>> run.lock("awards").locked
            True
        """
        return self.decide(section_id, "lock", user_id=user_id, via=via)

    def unlock(self, section_id: str, *, user_id: str | None = None, via: str = "kernel") -> SectionState:
        """Unlocks the section's text.

        Args:
            section_id: The section.
            user_id: Who decides; asserted. Default: who started the run.
            via: How the decision came, for the audit record.

        Returns:
            The section after it.

        Raises:
            InputError: As for :meth:`decide`.
            TransitionError: The run's or the section's state does not allow it.
            StoreError: The store is away, or the run's writer does not answer.

        Examples:
            >>> import workbench
            >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
            >>> snapshot = run.wait(60)
            >>> section = run.lock("awards")
            >>> run.unlock("awards").locked
            False
        """
        return self.decide(section_id, "unlock", user_id=user_id, via=via)

    def add_section(
        self, section_id: str, note: str | None = None, *, user_id: str | None = None, via: str = "kernel"
    ) -> SectionState:
        """Adds a section that the case calls for and the run is without, and has it drafted.

        Args:
            section_id: One of :attr:`missing_sections`.
            note: The reason, for the record.
            user_id: Who decides; asserted. Default: who started the run.
            via: How the decision came, for the audit record.

        Returns:
            The section, pending; its draft comes later: ``run.wait()``.

        Raises:
            InputError: The case has no such section.
            TransitionError: The run has it already, or is cancelled.
            StoreError: The store is away, or the run's writer does not answer.

        Examples:
            >>> import workbench
            >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
            >>> snapshot = run.wait(60)
            >>> "benefit" in run.missing_sections
            True
            >>> section = run.add_section("benefit", user_id="a.attorney")
            >>> [section.section_id for section in run.wait(60).sections]
            ['awards', 'benefit']
        """
        return self.decide(section_id, "add", note=note, user_id=user_id, via=via)

    def read_docx(self, file: Path | str) -> Any:
        """Reads a Word file that was exported from this run and edited since.

        Args:
            file: The ``.docx``, saved by Word or LibreOffice.

        Returns:
            Its edits, tracked changes and comments, as :class:`workbench.export.word_import.EditedDocx`. Nothing of the
            run changes until its ``apply``.

        Raises:
            InputError: The file cannot be read, is no DOCX, or comes from another run.

        Examples:
            >>> import workbench
            >>> run = workbench.start("wu", options=workbench.RunOptions(sections=("awards",)))
            >>> files = workbench.export_petition(run.wait(60), to=["docx"], out="out")
            >>> run.read_docx(files["docx"]).edits()
            {}
        """
        return load_word_reader().read_edited_docx(self, file)
