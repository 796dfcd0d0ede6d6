"""Prompt store: versions and the decisions on them.

No version is ever overwritten.

Saving adds a file and changes none, so two branches of git in which different prompts were saved merge by themselves;
where two of them decided of the same section, git asks a person, and so it should.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from workbench.config import Settings
from workbench.drafting.prompts.front_matter import MAX_PROMPT_BYTES, split_front
from workbench.drafting.prompts.promotions import STANDING_FILE, Decision, Did, StandingName
from workbench.drafting.prompts.prompt_text import find_text_problems, known_section, normalise_text
from workbench.drafting.prompts.templates import PromptLibrary, PromptTemplate
from workbench.drafting.prompts.versions import PromptVersion, PromptVersions
from workbench.errors import InputError, Problem, make_write_error
from workbench.text.atomic_write import write_whole
from workbench.text.clock import now
from workbench.text.html import escape_html
from workbench.text.private_home import make_private_home
from workbench.text.redline import Span, paragraphs, redline
from workbench.tuning.experiment.cells import Variant

if sys.platform != "win32":
    import fcntl

__all__ = ["PromptStore", "PromptVersion"]

_LONGEST_LINE = 2_000
_JOINERS = "\u200c\u200d"
"""Zero-width joiners: some scripts need them to spell a name. A note may hold no other unseen character."""
_DRAFT_PREFIX = ".draft-"
_NO_LOCKS = {errno.ENOTSUP, errno.ENOSYS, errno.ENOLCK, errno.EINVAL, errno.EBADF}
"""Errors of a drive that has no locks, or no locks on folders."""


class PromptStore:
    """Store of all prompt versions and their decisions.

    Several processes may use one folder: a save or a decision waits for the one before it.

    Args:
        settings: For the folder; default: the environment.

    Examples:
        >>> import workbench
        >>> store = workbench.PromptStore()
        >>> store.versions("awards")[0].shipped
        True
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings.from_env()
        self._versions = PromptVersions(self._settings)
        self.root = self._versions.root

    def __repr__(self) -> str:
        return f"<PromptStore {str(self.root)!r}>"

    def versions(self, section_id: str | None = None) -> tuple[PromptVersion, ...]:
        """Lists the versions of a section, or of all.

        The shipped one first, then the firm's own by time.

        Raises:
            InputError: An unknown section; every file that is no version, or was changed.
        """
        return self._versions.versions(section_id)

    def get(self, ref: str) -> PromptVersion:
        """See :meth:`~workbench.drafting.prompts.versions.PromptVersions.get`."""
        return self._versions.get(ref)

    def active(self, section_id: str) -> PromptVersion:
        """Returns the active version, with which new runs are drafted.

        Raises:
            InputError: Its file is not there, or was changed.
        """
        return self._versions.active(section_id)

    def standing(self, ref: str) -> StandingName:
        """Returns ``filing`` (active), ``candidate`` or ``retired`` (withdrawn, or replaced)."""
        return self._versions.standing_of(self.get(ref))

    def history(self, section_id: str) -> tuple[Decision, ...]:
        """Lists the decisions on a section's versions, first to last."""
        return self._versions.standing(known_section(section_id)).history

    def library(self, *refs: str | Path) -> PromptLibrary:
        """See :meth:`~workbench.drafting.prompts.versions.PromptVersions.library`."""
        return self._versions.library(*refs)

    def variant(self, name: str | Path | Iterable[str | Path]) -> Variant:
        """Builds a set of prompts for an experiment.

        Args:
            name: ``filing``, ``shipped``, ``awards@0123``, ``awards@0123+system@4567``, a folder, or several of these.

        Raises:
            InputError: As for :meth:`library`.
        """
        refs = [name] if isinstance(name, str | Path) else list(name)
        if not refs:
            raise InputError(
                Problem("no prompt is named", "name filing, shipped, a version or a folder", field="prompts")
            )
        return Variant("+".join(map(str, refs)), self.library(*refs))

    def redline(self, ref_a: str, ref_b: str) -> tuple[Span, ...]:
        """Compares the texts of two versions, word by word."""
        return redline(self.get(ref_a).text, self.get(ref_b).text)

    def redline_html(self, ref_a: str, ref_b: str) -> str:
        """Renders :meth:`redline` as HTML paragraphs with ``<del>`` and ``<ins>``.

        Texts are escaped.
        """
        rows = ("".join(map(_mark_span, row)) for row in paragraphs(self.redline(ref_a, ref_b)))
        return "".join(f'<p class="wb-prompt">{row}</p>' for row in rows)

    def check(self, section_id: str, text: str, *, file: str | None = None) -> tuple[Problem, ...]:
        """Checks a text before it is saved.

        Each problem has its line.

        Args:
            section_id: The section, or ``system``.
            text: The template; with front matter or without.
            file: Name of its file, for messages; default: the section's id.
        """
        try:
            known_section(section_id)
        except InputError as error:
            return error.problems
        name = file or section_id
        fields, body, line = split_front(normalise_text(text))
        problems = find_text_problems(body, name, section_id, line)
        if fields.get("section", section_id) != section_id:
            what = f"the file is of section {fields['section']!r}"
            problems.insert(0, Problem(what, f"save it as that, or write section: {section_id}", file=name, line=1))
        # Half of what a file may have, because its front matter is added.
        if len(body.encode(errors="replace")) > MAX_PROMPT_BYTES // 2:
            problems.append(Problem(f"larger than {MAX_PROMPT_BYTES // 2048} KiB", "shorten it", file=name))
        return tuple(problems)

    def save(
        self,
        section_id: str,
        text: str,
        *,
        note: str,
        author: str,
        parent: str | None = None,
        file: str | None = None,
    ) -> PromptVersion:
        """Saves a text as a candidate.

        For an equal text it returns the version that has it.

        Args:
            section_id: The section, or ``system``.
            text: The template; its front matter is removed.
            note: The change, in one line.
            author: Name of the author.
            parent: The version it was made from.
            file: Name of its file, for messages.

        Raises:
            InputError: Every unknown, missing or unclosed placeholder with its line; a note or an author that is
                missing; an unknown parent; a folder that cannot be written.
        """
        problems = list(self.check(section_id, text, file=file))
        note, author = (_check_line(name, value, problems) for name, value in (("note", note), ("author", author)))
        origin = None
        if parent is not None:
            try:
                origin = self.get(parent)
            except InputError as error:
                problems += error.problems
        if origin is not None and origin.section_id != section_id:
            what = f"{origin.ref} is no version of {section_id}"
            problems.append(Problem(what, "name the version that this one was made from", field="parent"))
        if problems:
            raise InputError(*problems)
        front = {"section": section_id, "note": note, "author": author, "date": now("seconds")}
        if origin is not None:
            front["parent"] = origin.ref
        template = PromptTemplate(section_id, split_front(normalise_text(text))[1].strip() + "\n", front)
        with self._lock_section(section_id) as folder:
            if origin is not None:
                # First the version that the new one names as its parent.
                self._write_version(folder, origin)
            # A text equal to the shipped one is that version, and needs no file.
            if template.digest != self._versions.shipped(section_id).digest:
                self._write_version(folder, PromptVersion(template))
        # Read back: another process may have saved the same text first, with its own note.
        kept = self.get(template.version)
        if kept.text != template.text:  # a chance of one in 2**48, unless somebody looked for a collision
            what = f"another text has the digest {template.digest}"
            raise InputError(Problem(what, "change a word", file=file or section_id))
        return kept

    def promote(
        self, ref: str, *, user_id: str, evidence: str | None = None, reason: str | None = None, over: str | None = None
    ) -> None:
        """Makes a version active; the promotion gate has decided before.

        Args:
            ref: The version.
            user_id: Name of the person who promotes it; asserted.
            evidence: Base of the decision, such as the gate's verdict.
            reason: Reason in the user's words.
            over: The version that it was compared with: refused if another one is active by now.

        Raises:
            InputError: There is no such version, it is active already, or the folder cannot be written.
        """
        version = self.get(ref)
        self._decide(
            "promote", version.section_id, version, user_id=user_id, reason=reason, evidence=evidence, over=over
        )

    def rollback(self, section_id: str, *, user_id: str, reason: str) -> PromptVersion:
        """Makes the previous version active; retires the present one.

        Raises:
            InputError: There is none to go back to, or its file is not there.
        """
        return self._decide("rollback", known_section(section_id), None, user_id=user_id, reason=reason)

    def retire(self, ref: str, *, user_id: str, reason: str) -> None:
        """Retires a version; its file stays.

        Raises:
            InputError: There is no such version, or it is active.
        """
        version = self.get(ref)
        self._decide("retire", version.section_id, version, user_id=user_id, reason=reason)

    def _decide(
        self,
        did: Did,
        section_id: str,
        version: PromptVersion | None,
        *,
        user_id: str,
        reason: str | None,
        evidence: str | None = None,
        over: str | None = None,
    ) -> PromptVersion:
        problems: list[Problem] = []
        by = _check_line("user_id", user_id, problems)
        why = _check_line("reason", reason, problems) if reason is not None or did != "promote" else None
        shown = _check_line("evidence", evidence, problems) if evidence is not None else None
        if problems:
            raise InputError(*problems)
        with self._lock_section(section_id) as folder:
            decisions = self._versions.standing(section_id)
            # Under the lock: of two decisions at once the second one sees the first.
            before = decisions.active or self._versions.shipped(section_id).ref
            # The evidence is about a comparison with `over`, and no other version.
            if over is not None and self.get(over).ref != before:
                what = f"{before} is filing by now, not {over}"
                raise InputError(Problem(what, "measure it against that one", field="prompt"))
            target = version or self._previous_version(section_id)
            try:
                after = decisions.after(
                    Decision(now("seconds"), did, target.ref, before, by, reason=why, evidence=shown)
                )
            except ValueError as error:
                raise InputError(Problem(str(error), "see workbench prompts list", field="prompt")) from None
            # The texts first: no decision may name a version without a file.
            # See docs/decisions.md, "The name of a prompt version covers its text only".
            for kept in {target.ref: target, before: self._find_version(before)}.values():
                if kept is not None:
                    self._write_version(folder, kept)
            write_whole(folder / STANDING_FILE, after.to_yaml(), mode=self._file_mode(0o644), prefix=_DRAFT_PREFIX)
        return target

    def _previous_version(self, section_id: str) -> PromptVersion:
        ref = self._versions.standing(section_id).back_to
        if ref is None:
            what = f"no version of {section_id} was filing before"
            raise InputError(Problem(what, "promote another one", field="section"))
        return self.get(ref)

    def _find_version(self, ref: str) -> PromptVersion | None:
        """Finds a version.

        None if its file is lost or damaged: a rollback must be possible from there.
        """
        try:
            return self.get(ref)
        except InputError:
            return None

    def _write_version(self, folder: Path, version: PromptVersion) -> None:
        """Writes a version's file, unless it is there.

        A shipped version is written, too, once it is named: a later release of the package may bring another text, and
        the text of a filed letter's prompt must be found.
        """
        path = folder / f"{version.digest}.md"
        if not path.exists():
            # Read-only: a version is never changed, and an editor says so.
            write_whole(path, version.source.encode(), mode=self._file_mode(0o444), prefix=_DRAFT_PREFIX)

    def _file_mode(self, mode: int) -> int:
        """Computes a file's mode.

        Under the home, only its user may read it.
        """
        return mode & 0o600 if self._is_private() else mode

    def _is_private(self) -> bool:
        return self.root.absolute().is_relative_to(self._settings.home.absolute())

    @contextlib.contextmanager
    def _lock_section(self, section_id: str) -> Iterator[Path]:
        """Locks the folder of a section for one writer.

        It is created if needed.
        """
        folder = self._versions.folder(section_id)
        try:
            if self._is_private():
                make_private_home(self._settings.home)
            for place in (self.root, folder):
                place.mkdir(mode=0o700 if self._is_private() else 0o777, parents=place is self.root, exist_ok=True)
            self._versions.check()
            with _lock_folder(folder) as alone:
                for left in folder.glob(f"{_DRAFT_PREFIX}*") if alone else ():  # left by a writer that was killed
                    left.unlink()
                yield folder
        except OSError as error:
            place = error.filename or folder
            raise make_write_error(error, place, "name a folder of yours", field="WORKBENCH_PROMPTS") from None


@contextlib.contextmanager
def _lock_folder(folder: Path) -> Iterator[bool]:
    """Locks a folder.

    The folder itself is locked, so that git sees no lock file.

    Yields False if the system, or a network drive, has no such lock: there, of two decisions in the same moment only
    git tells.
    """
    if sys.platform == "win32":
        yield False
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        try:
            # The system releases it with the process: a writer that was killed locks nobody out.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            alone = False
        else:
            alone = True
        yield alone
    finally:
        os.close(descriptor)


def _check_line(name: str, value: str | None, problems: list[Problem]) -> str:
    """Joins a text to one line.

    Adds a problem if it cannot be one.
    """
    text = " ".join((value or "").split())
    if not text:
        problems.append(Problem(f"no {name}", "give one", field=name))
    elif len(text) > _LONGEST_LINE:
        problems.append(Problem(f"{name} longer than {_LONGEST_LINE} characters", "shorten it", field=name))
    elif any(not letter.isprintable() and letter not in _JOINERS for letter in text):
        problems.append(Problem(f"{name} holds a control character", "remove it", field=name))
    return text


def _mark_span(span: Span) -> str:
    text = escape_html(span.text)
    return text if span.op == "equal" else f"<{span.op[:3]}>{text}</{span.op[:3]}>"
