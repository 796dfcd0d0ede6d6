"""Versions of the prompts: the shipped ones, and the firm's own in a folder that is kept in git.

``<prompts>/<section>/<digest>.md`` is one version, never changed once it is there: its name is the beginning of the
sha256 of its text, so a file whose text was changed no longer matches its name, and is refused. Which version is
filing stands beside them (:mod:`workbench.drafting.promotions`). Here they are read;
:mod:`workbench.tuning.library` writes them.
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
from workbench.drafting.promotions import SHIPPED, STANDING_FILE, Standing, StandingName, read_standing
from workbench.drafting.prompts import SYSTEM, PromptLibrary, PromptTemplate, known_section, read_prompt
from workbench.drafting.sections import SECTIONS
from workbench.errors import InputError, Problem

FILING = "filing"
PROMPT_SECTIONS = (SYSTEM, *SECTIONS)
"""What has a prompt: the system message, and every section."""

_VERSION_FILE = re.compile(r"(?P<digest>[0-9a-f]{12})\.md")
_REF = re.compile(r"(?P<section>[A-Za-z_]+)(?:@(?P<which>[0-9A-Za-z]+))?")
_DRAFTED = re.compile(r"(?P<section>[a-z_]+@[0-9a-f]+)\+(?P<system>[0-9a-f]+)")


@contextlib.contextmanager
def _said_as_input() -> Iterator[None]:
    """What the operating system refuses is a problem of the user's folder."""
    try:
        yield
    except OSError as error:
        what = f"cannot be read ({error.strerror or error})"
        problem = Problem(what, "check the path and its permissions", file=str(error.filename or "the prompts"))
        raise InputError(problem) from error


@dataclass(frozen=True)
class PromptVersion:
    """One version of the prompt of one section, or of the system message.

    Attributes:
        template: The prompt.
        shipped: Whether the package brings it.
    """

    template: PromptTemplate
    shipped: bool = False

    @property
    def section_id(self) -> str:
        """The section it drafts, or ``system``."""
        return self.template.section_id

    @property
    def digest(self) -> str:
        """The first 12 hexadecimal digits of the sha256 of its text."""
        return self.template.digest

    @property
    def ref(self) -> str:
        """``awards@0123456789ab``."""
        return self.template.version

    @property
    def text(self) -> str:
        """The template, front matter removed."""
        return self.template.text

    @property
    def source(self) -> str:
        """The whole file."""
        return self.template.source

    @property
    def note(self) -> str:
        """What its author says of it."""
        return self.template.front["note"]

    @property
    def author(self) -> str:
        """Who wrote it; asserted."""
        return self.template.front["author"]

    @property
    def date(self) -> str | None:
        """When it was saved, ISO 8601, UTC; None of most shipped ones."""
        return self.template.front.get("date")

    @property
    def parent(self) -> str | None:
        """The ref of the version it was made from, or None."""
        return self.template.front.get("parent")


def filing_library(settings: Settings) -> PromptLibrary:
    """The prompts that are filing: what new runs are drafted with.

    Raises:
        InputError: A version that is filing, or the file that says so, is not there, was changed, or cannot be read.
    """
    return PromptVersions(settings).library()


class PromptVersions:
    """The versions, shipped and the firm's own. Reads the files at each call: somebody may change them.

    Args:
        settings: ``prompts`` names the folder; None: ``prompts`` under the home, which need not be there.

    Attributes:
        root: The folder.
    """

    def __init__(self, settings: Settings) -> None:
        self.root = settings.prompts or settings.home / "prompts"
        self._named = settings.prompts is not None
        self._shipped = PromptLibrary.shipped()

    def shipped(self, section_id: str) -> PromptVersion:
        """The version that the package brings."""
        return PromptVersion(self._shipped.template(known_section(section_id)), shipped=True)

    @_said_as_input()
    def standing(self, section_id: str) -> Standing:
        """What was decided of a section's versions.

        Raises:
            InputError: The file that says so cannot be used.
        """
        path = self.folder(section_id) / STANDING_FILE
        if not path.exists() and not path.is_symlink():
            return Standing()
        if not path.is_file() or path.is_symlink() or path.stat().st_size > MAX_SOURCE_BYTES:
            raise InputError(Problem("is a link, or no file, or too large", "restore it from git", file=str(path)))
        return read_standing(path.read_bytes(), file=str(path), section_id=section_id)

    def standing_of(self, version: PromptVersion) -> StandingName:
        """Whether a version is filing, a candidate, or retired."""
        standing = self.standing(version.section_id)
        if standing.filing is None and version.shipped:
            return "filing"
        return standing.of(version.ref)

    @_said_as_input()
    def filing(self, section_id: str) -> PromptVersion:
        """The version that is filing.

        Raises:
            InputError: It is not there, or was changed; or the file that says so cannot be used.
        """
        self.check()
        return self._filing(known_section(section_id))

    def _filing(self, section_id: str) -> PromptVersion:
        ref = self.standing(section_id).filing
        if ref is None:
            return self.shipped(section_id)
        version = self._own(section_id, ref.partition("@")[2])
        if version is None:
            path = self.folder(section_id) / f"{ref.partition('@')[2]}.md"
            what = f"{ref} is filing, and its file is not there"
            remedy = f"restore it from git, or: workbench prompts rollback {section_id}"
            raise InputError(Problem(what, remedy, file=str(path)))
        return version

    @_said_as_input()
    def versions(self, section_id: str | None = None) -> tuple[PromptVersion, ...]:
        """Every version of a section, or of all: of each the shipped one first, the firm's own in order of time.

        Raises:
            InputError: Every file that is no version or was changed, by name.
        """
        self.check()
        problems: list[Problem] = []
        found: list[PromptVersion] = []
        for name in PROMPT_SECTIONS if section_id is None else (known_section(section_id),):
            shipped = self.shipped(name)
            own = [version for version in self._all_own(name, problems) if version.ref != shipped.ref]
            found += [shipped, *sorted(own, key=lambda version: (version.date or "", version.digest))]
        if problems:
            raise InputError(*problems)
        return tuple(found)

    @_said_as_input()
    def get(self, ref: str) -> PromptVersion:
        """A version by its name.

        Args:
            ref: ``awards@0123456789ab`` or the beginning of it that no other version has, ``awards@filing``,
                ``awards@shipped``, ``awards`` for the one that is filing, or what a draft names as its
                ``prompt_version``.

        Raises:
            InputError: There is none, several begin so, or its file was changed.
        """
        drafted = _DRAFTED.fullmatch(ref)
        match = _REF.fullmatch(drafted["section"] if drafted else ref.strip())
        if match is None:
            what = f"{ref!r} names no prompt version"
            raise InputError(Problem(what, "write it as awards@0123456789ab", field="prompt"))
        close = difflib.get_close_matches(ref, [FILING, SHIPPED], n=1)
        if match["which"] is None and close and ref not in PROMPT_SECTIONS:
            raise InputError(Problem(f"{ref!r} names no prompt", f"did you mean {close[0]}?", field="prompt"))
        section_id, which = known_section(match["section"].lower()), (match["which"] or FILING).lower()
        if which == FILING:
            return self.filing(section_id)
        shipped = self.shipped(section_id)
        if which == SHIPPED:
            return shipped
        self.check()
        digests = {*self._digests(section_id), shipped.digest}
        fitting = sorted(digest for digest in digests if digest.startswith(which))
        if len(fitting) == 1:
            own = self._own(section_id, fitting[0]) if fitting[0] != shipped.digest else None
            return own or shipped
        raise InputError(_unknown(section_id, which, fitting, sorted(digests)))

    @_said_as_input()
    def library(self, *refs: str | Path, base: PromptLibrary | None = None) -> PromptLibrary:
        """The prompts that are filing, with those named in their place.

        Args:
            refs: ``awards@0123456789ab`` replaces one prompt (also ``awards@0123+system@4567``, or a draft's
                ``prompt_version``); a folder replaces those it has as ``<section>.md``; ``filing`` and ``shipped``
                stand for every prompt that is filing, or shipped. Later ones replace earlier ones.
            base: In the place of those that are filing.

        Raises:
            InputError: Every ref that names nothing, and every prompt that cannot be used.
        """
        problems: list[Problem] = []
        parts = [part for ref in refs for part in self._parts(ref)]
        library = self._filing_or(base, problems, needed=not parts or parts[0] not in (FILING, SHIPPED))
        for part in parts:
            try:
                if part == SHIPPED:
                    library = self._shipped
                elif part == FILING:
                    library = self._filing_or(None, problems)
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
        """Where the firm's versions of a section are kept."""
        return self.root / known_section(section_id)

    @_said_as_input()
    def check(self) -> None:
        """Looks at the folder: what looks like a prompt there, and would not be used, is not passed over.

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

    def _filing_or(self, base: PromptLibrary | None, problems: list[Problem], *, needed: bool = True) -> PromptLibrary:
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
                templates.append(self._filing(section_id).template)
            except InputError as error:
                problems += error.problems
        return self._shipped.with_templates(*templates)

    def _parts(self, ref: str | Path) -> Iterator[str | Path]:
        """A name as the words and folders it is made of."""
        text = str(ref)
        if isinstance(ref, Path) or (text not in {FILING, SHIPPED} and ("/" in text or Path(text).is_dir())):
            yield Path(ref).expanduser() if text.startswith(("~/", "~\\")) or text == "~" else Path(ref)
            return
        for part in text.split("+"):
            bare = re.fullmatch(r"[0-9a-f]{4,12}", part) is not None and part != text
            yield f"{SYSTEM}@{part}" if bare else part

    def _digests(self, section_id: str) -> list[str]:
        folder = self.folder(section_id)
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        return [match["digest"] for name in names if (match := _VERSION_FILE.fullmatch(name))]

    def _own(self, section_id: str, digest: str) -> PromptVersion | None:
        """A version of the firm's folder; None where there is none of that name; InputError where it was changed."""
        path = self.folder(section_id) / f"{digest}.md"
        if path.is_symlink():
            raise InputError(Problem("is a link", "keep the version itself there", file=str(path)))
        if not path.exists():
            return None
        template = PromptTemplate.parse(read_prompt(path), file=str(path), section_id=section_id)
        if template.digest != digest:
            what = f"the text does not match the name: it was changed, and would be {template.version}"
            remedy = "a version is never changed: restore it from git, and save the new text as a version of its own"
            raise InputError(Problem(what, remedy, file=str(path)))
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
                version = self._own(section_id, match["digest"])
            except InputError as error:
                problems += error.problems
                continue
            if version is not None:  # else it was taken away this moment
                yield version


def _is_ours(path: Path) -> bool:
    return path.name == STANDING_FILE or _VERSION_FILE.fullmatch(path.name) is not None


def _with_folder(library: PromptLibrary, folder: Path) -> PromptLibrary:
    changed = library.with_folder(folder)
    if not any(folder.glob("*.md")):
        raise InputError(Problem("no prompt in the folder", "put <section>.md there", file=str(folder)))
    return changed


def _unknown(section_id: str, which: str, fitting: list[str], known: Iterable[str]) -> Problem:
    if fitting:
        what = f"{section_id}@{which} is the beginning of {len(fitting)} versions"
        return Problem(
            what, f"write more of {', '.join(f'{section_id}@{digest}' for digest in fitting)}", field="prompt"
        )
    close = difflib.get_close_matches(which, known, n=1, cutoff=0.5)
    remedy = f"did you mean {section_id}@{close[0]}?" if close else f"see workbench prompts list {section_id}"
    return Problem(f"there is no version {section_id}@{which}", remedy, field="prompt")
