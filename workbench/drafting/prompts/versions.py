"""Reader of prompt versions: shipped ones and the firm's own.

``<prompts>/<section>/<digest>.md`` is one version, never changed once it is there: its name is the beginning of the
sha256 of its text, so a file whose text was changed no longer matches its name, and is refused. The decision on the
active version is stored beside them (:mod:`workbench.drafting.prompts.promotions`).
:mod:`workbench.tuning.prompt_store` writes the files.
"""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.case.source import MAX_SOURCE_BYTES
from workbench.config import Settings
from workbench.drafting.prompts.front_matter import read_prompt
from workbench.drafting.prompts.promotions import SHIPPED, STANDING_FILE, PromotionState, StandingName, read_standing
from workbench.drafting.prompts.prompt_text import SYSTEM, SYSTEMS, known_section
from workbench.drafting.prompts.templates import PromptLibrary, PromptTemplate
from workbench.drafting.sections import PROMPTED_SECTIONS
from workbench.errors import InputError, Problem

FILING = "filing"
PROMPT_SECTIONS = (SYSTEM, *SYSTEMS.values(), *PROMPTED_SECTIONS)
"""Everything that has a prompt: the system messages, and every section."""

_VERSION_FILE = re.compile(r"(?P<digest>[0-9a-f]{12})\.md")
_REF = re.compile(r"(?P<section>[A-Za-z_]+)(?:@(?P<which>[0-9A-Za-z]+))?")
_DRAFTED = re.compile(r"(?P<section>[a-z_]+@[0-9a-f]+)\+(?P<system>[0-9a-f]+)")


@contextlib.contextmanager
def _os_errors_as_input() -> Iterator[None]:
    """Converts errors of the operating system to InputError."""
    try:
        yield
    except OSError as error:
        what = f"cannot be read ({error.strerror or error})"
        problem = Problem(what, "check the path and its permissions", file=str(error.filename or "the prompts"))
        raise InputError(problem) from error


@dataclass(frozen=True)
class PromptVersion:
    """One version of a section's prompt or the system message.

    Attributes:
        template: The prompt.
        shipped: Whether it is part of the package.
    """

    template: PromptTemplate
    shipped: bool = False

    @property
    def section_id(self) -> str:
        """Section it drafts, or ``system``."""
        return self.template.section_id

    @property
    def digest(self) -> str:
        """First 12 hexadecimal digits of the text's sha256."""
        return self.template.digest

    @property
    def ref(self) -> str:
        """``awards@0123456789ab``."""
        return self.template.version

    @property
    def text(self) -> str:
        """Template without front matter."""
        return self.template.text

    @property
    def source(self) -> str:
        """Whole file."""
        return self.template.source

    @property
    def note(self) -> str:
        """Note of its author."""
        return self.template.front["note"]

    @property
    def author(self) -> str:
        """Author; asserted."""
        return self.template.front["author"]

    @property
    def date(self) -> str | None:
        """Time of saving, ISO 8601, UTC; mostly None if shipped."""
        return self.template.front.get("date")

    @property
    def parent(self) -> str | None:
        """Ref of the version it was made from, or None."""
        return self.template.front.get("parent")


def active_library(settings: Settings) -> PromptLibrary:
    """Returns the active prompts, with which new runs are drafted.

    Raises:
        InputError: A version that is filing, or the file that says so, is not there, was changed, or cannot be
            read.
    """
    return PromptVersions(settings).library()


class PromptVersions:
    """Prompt versions, shipped and the firm's own.

    The files are read at each call, because somebody may change them.

    Args:
        settings: ``prompts`` names the folder; None: ``prompts`` under the home, which need not exist.

    Attributes:
        root: The folder.

    Examples:
        >>> import pathlib, tempfile
        >>> versions = PromptVersions(Settings(home=pathlib.Path(tempfile.mkdtemp())))
        >>> [version.shipped for version in versions.versions("awards")]
        [True]
        >>> versions.get("awards").ref == versions.get("awards@shipped").ref
        True
    """

    def __init__(self, settings: Settings) -> None:
        self.root = settings.prompts or settings.home / "prompts"
        self._named = settings.prompts is not None
        self._shipped = PromptLibrary.shipped()

    def shipped(self, section_id: str) -> PromptVersion:
        """Returns the version that is part of the package."""
        return PromptVersion(self._shipped.template(known_section(section_id)), shipped=True)

    @_os_errors_as_input()
    def standing(self, section_id: str) -> PromotionState:
        """Returns the decisions about a section's versions.

        Raises:
            InputError: The file of decisions cannot be used.
        """
        path = self.folder(section_id) / STANDING_FILE
        # A dangling link does not "exist", and must not pass for "nothing decided".
        if not path.exists() and not path.is_symlink():
            return PromotionState()
        if not path.is_file() or path.is_symlink() or path.stat().st_size > MAX_SOURCE_BYTES:
            raise InputError(Problem("is a link, or no file, or too large", "restore it from git", file=str(path)))
        return read_standing(path.read_bytes(), file=str(path), section_id=section_id)

    def standing_of(self, version: PromptVersion) -> StandingName:
        """Returns ``filing``, ``candidate`` or ``retired`` for a version."""
        standing = self.standing(version.section_id)
        if standing.active is None and version.shipped:
            return "filing"
        return standing.of(version.ref)

    @_os_errors_as_input()
    def active(self, section_id: str) -> PromptVersion:
        """Returns the active version.

        Raises:
            InputError: It is missing, or was changed; or the file of decisions cannot be used.
        """
        self.check()
        return self._read_active(known_section(section_id))

    def _read_active(self, section_id: str) -> PromptVersion:
        ref = self.standing(section_id).active
        if ref is None:
            return self.shipped(section_id)
        version = self._read_own(section_id, ref.partition("@")[2])
        if version is None:
            path = self.folder(section_id) / f"{ref.partition('@')[2]}.md"
            what = f"{ref} is filing, and its file is not there"
            remedy = f"restore it from git, or: workbench prompts rollback {section_id}"
            raise InputError(Problem(what, remedy, file=str(path)))
        return version

    @_os_errors_as_input()
    def versions(self, section_id: str | None = None) -> tuple[PromptVersion, ...]:
        """Returns every version of a section, or of all sections.

        Of each section the shipped one comes first, then the firm's own in order of time.

        Raises:
            InputError: Every file that is no version or was changed, by name.
        """
        self.check()
        problems: list[Problem] = []
        found: list[PromptVersion] = []
        for name in PROMPT_SECTIONS if section_id is None else (known_section(section_id),):
            shipped = self.shipped(name)
            # The shipped version may lie in the folder, too; it is listed once.
            own = [version for version in self._all_own(name, problems) if version.ref != shipped.ref]
            found += [shipped, *sorted(own, key=lambda version: (version.date or "", version.digest))]
        if problems:
            raise InputError(*problems)
        return tuple(found)

    @_os_errors_as_input()
    def get(self, ref: str) -> PromptVersion:
        """Returns a version by its name.

        Args:
            ref: ``awards@0123456789ab`` or a unique beginning of it, ``awards@filing``, ``awards@shipped``,
                ``awards`` for the active one, or a draft's ``prompt_version``.

        Raises:
            InputError: There is none, several begin so, or its file was changed.
        """
        drafted = _DRAFTED.fullmatch(ref)
        match = _REF.fullmatch(drafted["section"] if drafted else ref.strip())
        if match is None:
            what = f"{ref!r} names no prompt version"
            raise InputError(Problem(what, "write it as awards@0123456789ab", field="prompt"))
        close = difflib.get_close_matches(ref, [FILING, SHIPPED], n=1)
        # "filling" must not be reported as an unknown section.
        if match["which"] is None and close and ref not in PROMPT_SECTIONS:
            raise InputError(Problem(f"{ref!r} names no prompt", f"did you mean {close[0]}?", field="prompt"))
        section_id, which = known_section(match["section"].lower()), (match["which"] or FILING).lower()
        # The word on the command line and in files; in code the version is called active.
        if which == FILING:
            return self.active(section_id)
        shipped = self.shipped(section_id)
        if which == SHIPPED:
            return shipped
        self.check()
        digests = {*self._digests(section_id), shipped.digest}
        fitting = sorted(digest for digest in digests if digest.startswith(which))
        if len(fitting) == 1:
            # The shipped version may also lie in the folder, saved there by an earlier release.
            own = self._read_own(section_id, fitting[0]) if fitting[0] != shipped.digest else None
            return own or shipped
        raise InputError(_unknown_version(section_id, which, fitting, sorted(digests)))

    @_os_errors_as_input()
    def library(self, *refs: str | Path, base: PromptLibrary | None = None) -> PromptLibrary:
        """Returns the active prompts with some replaced.

        Args:
            refs: ``awards@0123456789ab`` replaces one prompt (also ``awards@0123+system@4567``, or a draft's
                ``prompt_version``); a folder replaces those it has as ``<section>.md``; ``filing`` and ``shipped``
                stand for every active, or shipped, prompt. Later ones replace earlier ones.
            base: Replaces the active prompts.

        Raises:
            InputError: Every ref that names nothing, and every prompt that cannot be used.
        """
        problems: list[Problem] = []
        parts = [part for ref in refs for part in self._split_ref(ref)]
        # Not read if the first ref replaces everything: a fault in the folder would block the way out.
        library = self._active_library(base, problems, needed=not parts or parts[0] not in (FILING, SHIPPED))
        for part in parts:
            try:
                if part == SHIPPED:
                    library = self._shipped
                elif part == FILING:
                    library = self._active_library(None, problems)
                elif isinstance(part, Path):
                    library = _with_folder(library, part)
                else:
                    library = library.with_templates(self.get(part).template)
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(*problems)
        return library

    def folder(self, section_id: str) -> Path:
        """Returns the folder of a section's own versions."""
        return self.root / known_section(section_id)

    @_os_errors_as_input()
    def check(self) -> None:
        """Refuses prompts that lie where they are not read.

        Raises:
            InputError: There is no such folder, or something in it is misplaced.
        """
        if not self.root.is_dir():
            if self._named or self.root.exists():
                remedy = "create it, or name the folder of the firm's prompts"
                raise InputError(Problem("no such folder", remedy, file=str(self.root), field="WORKBENCH_PROMPTS"))
            return
        problems = []
        for path in sorted(self.root.iterdir()):
            if path.name in PROMPT_SECTIONS:
                if path.is_symlink() or not path.is_dir():
                    what = f"{path.name} is no folder of versions"
                    problems.append(Problem(what, "keep the folder itself there, not a link", file=str(path)))
            # The likeliest mistake: a prompt put where it is not read.
            elif path.suffix == ".md" and path.stem in PROMPT_SECTIONS:
                remedy = f"save it with workbench prompts save {path.stem} {path.name}, and move it away"
                problems.append(Problem("is no version, and is not used", remedy, file=str(path)))
            elif path.is_dir() and not path.name.startswith(".") and any(map(_is_ours, path.iterdir())):
                try:
                    known_section(path.name, file=str(path))
                except InputError as error:
                    problems += error.problems
        if problems:
            raise InputError(*problems)

    def _active_library(
        self, base: PromptLibrary | None, problems: list[Problem], *, needed: bool = True
    ) -> PromptLibrary:
        if base is not None or not needed:
            return base or self._shipped
        templates = []
        try:
            self.check()
        except InputError as error:
            problems += error.problems
            return self._shipped
        for section_id in PROMPT_SECTIONS:
            try:
                templates.append(self._read_active(section_id).template)
            except InputError as error:
                problems += error.problems
        return self._shipped.with_templates(*templates)

    def _split_ref(self, ref: str | Path) -> Iterator[str | Path]:
        """Splits a ref into words and folders."""
        text = str(ref)
        if isinstance(ref, Path) or (text not in {FILING, SHIPPED} and ("/" in text or Path(text).is_dir())):
            yield Path(ref).expanduser() if text.startswith(("~/", "~\\")) or text == "~" else Path(ref)
            return
        for part in text.split("+"):
            # A draft's prompt_version ends in the system message's bare digest.
            bare = re.fullmatch(r"[0-9a-f]{4,12}", part) is not None and part != text
            yield f"{SYSTEM}@{part}" if bare else part

    def _digests(self, section_id: str) -> list[str]:
        folder = self.folder(section_id)
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        return [match["digest"] for name in names if (match := _VERSION_FILE.fullmatch(name))]

    def _read_own(self, section_id: str, digest: str) -> PromptVersion | None:
        """Reads a version of the firm's folder, if there.

        Raises:
            InputError: It was changed.
        """
        path = self.folder(section_id) / f"{digest}.md"
        if path.is_symlink():
            raise InputError(Problem("is a link", "keep the version itself there", file=str(path)))
        if not path.exists():
            return None
        template = PromptTemplate.parse(read_prompt(path), file=str(path), section_id=section_id)
        # The name is the proof: drafts record it, so the text behind it must never change.
        if template.digest != digest:
            what = f"the text does not match the name: it was changed, and would be {template.version}"
            remedy = "a version is never changed: restore it from git, and save the new text as a version of its own"
            raise InputError(Problem(what, remedy, file=str(path)))
        # A firm may have saved the shipped text as its own version.
        return PromptVersion(template, shipped=digest == self.shipped(section_id).digest)

    def _all_own(self, section_id: str, problems: list[Problem]) -> Iterator[PromptVersion]:
        folder = self.folder(section_id)
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            match = _VERSION_FILE.fullmatch(path.name)
            if match is None and path.suffix == ".md" and path.stem != "README" and not path.name.startswith("."):
                remedy = f"save it with workbench prompts save {section_id} {path.name}, and move it away"
                problems.append(Problem("is no version: it is not named after its text", remedy, file=str(path)))
            if match is None:
                continue
            try:
                version = self._read_own(section_id, match["digest"])
            except InputError as error:
                problems += error.problems
                continue
            if version is not None:  # else it was deleted just now
                yield version


def _is_ours(path: Path) -> bool:
    return path.name == STANDING_FILE or _VERSION_FILE.fullmatch(path.name) is not None


def _with_folder(library: PromptLibrary, folder: Path) -> PromptLibrary:
    changed = library.with_folder(folder)
    if not any(folder.glob("*.md")):
        raise InputError(Problem("no prompt in the folder", "put <section>.md there", file=str(folder)))
    return changed


def _unknown_version(section_id: str, which: str, fitting: list[str], known: Iterable[str]) -> Problem:
    if fitting:
        what = f"{section_id}@{which} is the beginning of {len(fitting)} versions"
        return Problem(
            what, f"write more of {', '.join(f'{section_id}@{digest}' for digest in fitting)}", field="prompt"
        )
    close = difflib.get_close_matches(which, known, n=1, cutoff=0.5)
    remedy = f"did you mean {section_id}@{close[0]}?" if close else f"see workbench prompts list {section_id}"
    return Problem(f"there is no version {section_id}@{which}", remedy, field="prompt")
