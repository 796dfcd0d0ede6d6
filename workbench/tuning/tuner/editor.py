"""Editor of the tuner: buffers for section and system prompts."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace

from workbench.drafting.prompts.prompt_text import SYSTEM
from workbench.drafting.prompts.templates import PromptLibrary
from workbench.drafting.prompts.versions import PromptVersion
from workbench.errors import InputError, Problem
from workbench.tuning.experiment.cells import Variant
from workbench.tuning.prompt_store import PromptStore
from workbench.tuning.tuner.editor_buffer import EditorBuffer, PromptProblem, find_problems

EDIT = "edit"
"""Name of the edited prompts among versions."""

EDIT_OF_SYSTEM = "edit:system"
"""Name of the edited system message in a redline."""

SECTION = "section"
"""Part of the prompts that is the section's own; the other part is the system message."""


class Editor:
    """Editor of one section's prompts at a time; thread-safe.

    Args:
        store: The prompt versions.
        section_id: The first section.

    Attributes:
        section_id: The section.

    Examples:
        >>> import pathlib, tempfile
        >>> from workbench.config import Settings
        >>> settings = Settings(home=pathlib.Path(tempfile.mkdtemp()), prompts=pathlib.Path(tempfile.mkdtemp()))
        >>> editor = Editor(PromptStore(settings), "awards")
        >>> editor.write("Draft the awards.")[0].message
        'placeholder {{elements}} is missing; add it where it belongs'
        >>> editor.is_edited
        True
    """

    def __init__(self, store: PromptStore, section_id: str) -> None:
        self.section_id = section_id
        self._store = store
        # Widgets write from the kernel's thread while drafts run on the loop.
        self._guard = threading.RLock()
        self._buffers = {SYSTEM: EditorBuffer.of(store.active(SYSTEM))}
        self._numbers = itertools.count(1)
        self._edits: dict[str, str] = {}  # names of unsaved edits, by version of their prompts
        self.choose(section_id)

    def choose(self, section_id: str) -> None:
        """Switches to another section and keeps earlier edits.

        Raises:
            InputError: There is no such section, or its version cannot be read.
        """
        with self._guard:
            if section_id not in self._buffers:
                self._buffers[section_id] = EditorBuffer.of(self._store.active(section_id))
            self.section_id = section_id

    def buffer(self, part: str = SECTION) -> EditorBuffer:
        """Returns the buffer of the section or the ``system`` message."""
        with self._guard:
            return self._buffers[self.part(part)]

    def write(self, text: str, part: str = SECTION) -> tuple[PromptProblem, ...]:
        """Replaces the text of a buffer; nothing is saved.

        Args:
            text: The new text.
            part: The section's prompt, or ``system``.

        Returns:
            The problems of the text, by line.
        """
        with self._guard:
            key = self.part(part)
            # Browsers on Windows send \r\n; a version's digest must not depend on the machine.
            self._buffers[key] = replace(self._buffers[key], text=text.replace("\r\n", "\n"))
        return self.problems(part)

    def open_version(self, ref: str) -> EditorBuffer:
        """Loads a version into its buffer.

        Raises:
            InputError: There is no such version, or it is of another section.
        """
        version = self._store.get(ref)
        with self._guard:
            if version.section_id not in {SYSTEM, self.section_id}:
                what = f"{version.ref} is a prompt of another section"
                raise InputError(Problem(what, "choose that section first", field="prompt"))
            buffer = self._buffers[version.section_id] = EditorBuffer.of(version)
        return buffer

    def problems(self, part: str = SECTION) -> tuple[PromptProblem, ...]:
        """Returns the problems of a buffer, by line."""
        return find_problems(self._store, self.buffer(part))

    @property
    def is_edited(self) -> bool:
        """True if either buffer differs from its version."""
        return self.buffer().is_edited or self.buffer(SYSTEM).is_edited

    def prompts(self) -> PromptLibrary:
        """Returns the edited prompts as a library.

        Prompts of other sections are the active ones.

        Raises:
            InputError: The problems of the texts, by line.
        """
        buffers = (self.buffer(SYSTEM), self.buffer())
        problems = [
            Problem(problem.message, "correct this line", file=f"prompt of {buffer.part}", line=problem.line)
            for buffer in buffers
            for problem in find_problems(self._store, buffer)
            if problem.severity == "error"
        ]
        if problems:
            raise InputError(*problems)
        # The bases, not the active versions: an edit is of the version that was opened.
        library = self._store.library(*(buffer.base for buffer in buffers))
        return library.with_sources({buffer.part: buffer.source for buffer in buffers if buffer.is_edited})

    def variant(self, name: str) -> Variant:
        """Returns the prompts of a name, named for this session.

        Args:
            name: ``edit``, or a name that :meth:`PromptStore.variant` takes.

        Returns:
            Named after its version (``awards@0123456789ab``; with ``+system@…`` if the system message is not the
            active one), or ``edit 1``, ``edit 2`` … if it is not saved.

        Raises:
            InputError: There is no such version, or the edit cannot be used.
        """
        if name != EDIT:
            return self._named_variant(self._store.variant(name).prompts)
        prompts = self.prompts()
        # An unchanged buffer is the version itself: its drafts must be found under that name.
        if not self.is_edited:
            return self._named_variant(prompts)
        version = prompts.version(self.section_id)
        with self._guard:
            if version not in self._edits:
                self._edits[version] = f"edit {next(self._numbers)}"
            return Variant(self._edits[version], prompts)

    def save(self, note: str, author: str, part: str = SECTION) -> PromptVersion:
        """Saves a buffer as a candidate version.

        Args:
            note: The change and its reason.
            author: The author; asserted.
            part: The section's prompt, or ``system``.

        Raises:
            InputError: The text has not been changed, has no note, or cannot be used; each problem with its line.
        """
        buffer = self.buffer(part)
        if not buffer.is_edited:
            raise InputError(Problem("nothing has been changed", "edit the prompt first", field="prompt"))
        saved = self._store.save(buffer.part, buffer.text, note=note, author=author, parent=buffer.base)
        with self._guard:
            here = self._buffers[buffer.part]
            kept = EditorBuffer.of(saved)
            # Text that was typed while the version was saved stays, with the saved version as its base.
            self._buffers[buffer.part] = kept if here.text == buffer.text else replace(kept, text=here.text)
        return saved

    def saved_name(self) -> tuple[str, str] | None:
        """Returns version and name of a saved edit, once.

        None if a buffer is still edited, or nothing was drafted with the edit.
        """
        if self.is_edited:
            return None
        prompts = self.prompts()
        version = prompts.version(self.section_id)
        with self._guard:
            # Asked once: the tuner renames its drafts then, and must not do so twice.
            if self._edits.pop(version, None) is None:
                return None
        return version, self._named_variant(prompts).name

    def part(self, part: str) -> str:
        """Returns the store's id of a part.

        Raises:
            InputError: It is neither ``section``, nor the section's id, nor ``system``.
        """
        if part in {SECTION, self.section_id}:
            return self.section_id
        if part == SYSTEM:
            return SYSTEM
        raise InputError(Problem(f"no part is called {part!r}", f"use {SECTION} or {SYSTEM}", field="part"))

    def _named_variant(self, prompts: PromptLibrary) -> Variant:
        name = prompts.template(self.section_id).version
        system = prompts.template(SYSTEM).version
        return Variant(name if system == self._store.active(SYSTEM).ref else f"{name}+{system}", prompts)
