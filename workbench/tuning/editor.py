"""The prompts being edited: a sheet for the section, one for the system message; and by what names they are run."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace

from workbench.drafting.prompts import SYSTEM, PromptLibrary
from workbench.drafting.versions import PromptVersion
from workbench.errors import InputError, Problem
from workbench.tuning.cells import Variant
from workbench.tuning.library import PromptStore
from workbench.tuning.sheets import Remark, Sheet, remarks

EDIT = "edit"
"""The name under which what stands in the editor is run."""

EDIT_OF_SYSTEM = "edit:system"
"""In a redline: the system message as it stands in the editor."""

SECTION = "section"
"""The part of a petition's prompts that is the section's own; the other one is the system message."""


class Editor:
    """What is written on, of one section at a time. Thread-safe.

    Args:
        store: The prompt versions.
        section_id: The section to begin with.

    Attributes:
        section_id: The section.
    """

    def __init__(self, store: PromptStore, section_id: str) -> None:
        self.section_id = section_id
        self._store = store
        self._guard = threading.RLock()
        self._sheets = {SYSTEM: Sheet.of(store.filing(SYSTEM))}
        self._numbers = itertools.count(1)
        self._edits: dict[str, str] = {}  # the name of an edit, by the version of its prompts
        self.choose(section_id)

    def choose(self, section_id: str) -> None:
        """Goes on with another section; what is written on the one before is kept for coming back.

        Raises:
            InputError: There is no such section, or its version cannot be read.
        """
        with self._guard:
            if section_id not in self._sheets:
                self._sheets[section_id] = Sheet.of(self._store.filing(section_id))
            self.section_id = section_id

    def sheet(self, part: str = SECTION) -> Sheet:
        """The prompt of the section, or the ``system`` message, as it stands."""
        with self._guard:
            return self._sheets[self.part(part)]

    def write(self, text: str, part: str = SECTION) -> tuple[Remark, ...]:
        """Writes on a sheet; nothing is saved.

        Returns:
            What is wrong with it, by line.
        """
        with self._guard:
            key = self.part(part)
            self._sheets[key] = replace(self._sheets[key], text=text.replace("\r\n", "\n"))
        return self.remarks(part)

    def open(self, ref: str) -> Sheet:
        """Takes a version into the editor, in place of what stands there.

        Raises:
            InputError: There is no such version, or it is of another section.
        """
        version = self._store.get(ref)
        with self._guard:
            if version.section_id not in {SYSTEM, self.section_id}:
                what = f"{version.ref} is a prompt of another section"
                raise InputError(Problem(what, "choose that section first", field="prompt"))
            sheet = self._sheets[version.section_id] = Sheet.of(version)
        return sheet

    def remarks(self, part: str = SECTION) -> tuple[Remark, ...]:
        """What is wrong with a sheet, by line."""
        return remarks(self._store, self.sheet(part))

    @property
    def edited(self) -> bool:
        """Whether either sheet differs from the version it started from."""
        return self.sheet().edited or self.sheet(SYSTEM).edited

    def prompts(self) -> PromptLibrary:
        """The prompts as they stand in the editor; those of other sections are what is filed.

        Raises:
            InputError: What is wrong with them, by line.
        """
        sheets = (self.sheet(SYSTEM), self.sheet())
        problems = [
            Problem(remark.message, "correct this line", file=f"prompt of {sheet.part}", line=remark.line)
            for sheet in sheets
            for remark in remarks(self._store, sheet)
            if remark.severity == "error"
        ]
        if problems:
            raise InputError(*problems)
        library = self._store.library(*(sheet.base for sheet in sheets))
        return library.with_sources({sheet.part: sheet.source for sheet in sheets if sheet.edited})

    def variant(self, name: str) -> Variant:
        """The prompts of a name, under the name by which they are told apart from others of this sitting.

        Args:
            name: ``edit``, or what :meth:`PromptStore.variant` takes.

        Returns:
            Named after its version (``awards@0123456789ab``; with ``+system@…`` where the system message is not the
            filing one), or ``edit 1``, ``edit 2`` … where it is not saved.

        Raises:
            InputError: There is no such version, or the edit cannot be used.
        """
        if name != EDIT:
            return self._named(self._store.variant(name).prompts)
        prompts = self.prompts()
        if not self.edited:
            return self._named(prompts)
        version = prompts.version(self.section_id)
        with self._guard:
            if version not in self._edits:
                self._edits[version] = f"edit {next(self._numbers)}"
            return Variant(self._edits[version], prompts)

    def save(self, note: str, author: str, part: str = SECTION) -> PromptVersion:
        """Keeps a sheet as a version, a candidate; the sheet goes on from it.

        Args:
            note: What was changed, and why.
            author: Who wrote it; asserted.
            part: The section's prompt, or ``system``.

        Raises:
            InputError: It has not been changed, has no note, or cannot be used; each problem with its line.
        """
        sheet = self.sheet(part)
        if not sheet.edited:
            raise InputError(Problem("nothing has been changed", "edit the prompt first", field="prompt"))
        saved = self._store.save(sheet.part, sheet.text, note=note, author=author, parent=sheet.base)
        with self._guard:
            here = self._sheets[sheet.part]
            kept = Sheet.of(saved)
            # What was written on since then stays, and has the saved version for its base.
            self._sheets[sheet.part] = kept if here.text == sheet.text else replace(kept, text=here.text)
        return saved

    def saved_name(self) -> tuple[str, str] | None:
        """Version and name of an edit that has become versions on both sheets; once. None where there is none."""
        if self.edited:
            return None
        prompts = self.prompts()
        version = prompts.version(self.section_id)
        with self._guard:
            if self._edits.pop(version, None) is None:
                return None
        return version, self._named(prompts).name

    def part(self, part: str) -> str:
        """The id under which a part is known to the store.

        Raises:
            InputError: It is neither ``section``, nor the section's id, nor ``system``.
        """
        if part in {SECTION, self.section_id}:
            return self.section_id
        if part == SYSTEM:
            return SYSTEM
        raise InputError(Problem(f"no part is called {part!r}", f"use {SECTION} or {SYSTEM}", field="part"))

    def _named(self, prompts: PromptLibrary) -> Variant:
        name = prompts.template(self.section_id).version
        system = prompts.template(SYSTEM).version
        return Variant(name if system == self._store.filing(SYSTEM).ref else f"{name}+{system}", prompts)
