"""A letter that no run wrote, such as another firm's, as a new run of a case."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from workbench.case.exhibit_numbering import ExhibitNumbering
from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.case.typed_citation import label_key
from workbench.checks.draft import DraftText
from workbench.checks.letter import Letter, read_letter
from workbench.checks.parts.draft_file import read_draft
from workbench.checks.parts.exhibit_index import match_exhibits
from workbench.checks.parts.section_titles import guess_section
from workbench.config import Settings
from workbench.drafting.cleaning import clean_markdown
from workbench.drafting.prompts.versions import active_library
from workbench.drafting.request import Model
from workbench.drafting.sections import SectionSpec, sections_for
from workbench.errors import InputError, Problem
from workbench.live.snapshot import SentenceRemark
from workbench.live.user_name import read_user_name
from workbench.text.clock import now
from workbench.text.count_noun import count_noun
from workbench.text.digest import text_digest
from workbench.workflow.commands import LONGEST_TEXT
from workbench.workflow.context import RunOptions
from workbench.workflow.initial_snapshot import build_initial_snapshot
from workbench.workflow.letter_comments import LetterComment, PlacedComments, read_comments
from workbench.workflow.run import Run
from workbench.workflow.run_factory import RunFactory, TextOrigin, select_specs
from workbench.workflow.run_folder import RunRecord
from workbench.workflow.start import check_names

_LONGEST_TITLE = 20
"""Words of a heading that is a title, and no sentence of the argument."""
_SHOWN = 80
_COMMENTS = "comments"
"""Names what :func:`read_draft` leaves out of a Word file."""
_PARTS = {"address": "the address", "signature": "the signature", "index": "the list of exhibits"}
# "(Exhibit 4, a letter of Dr. B)" has parentheses of its own, and so has a citation in the letter.
_DESCRIBED = re.compile(r"\((?P<citation>\[@[^\[\]]{1,400}\]),\s{1,3}(?P<words>[^()\n]{1,400})\)")


@dataclass(frozen=True)
class LetterSections:
    """A letter's text, by the sections of a case.

    Attributes:
        name: The file.
        sha256: Of the file's bytes, hexadecimal.
        texts: Markdown of each section that the letter has, in the case's order.
        headings: The letter's own headings of these sections, in place of which the case's titles stand.
        lacking: Ids of the case's sections that the letter lacks.
        citations: Number of typed citations that were mapped to exhibits.
        notes: What was not taken as it stands, a line each.
        comments: Of a Word file, on sentences of the texts.
    """

    name: str
    sha256: str
    texts: Mapping[str, str]
    headings: Mapping[str, tuple[str, ...]]
    lacking: tuple[str, ...]
    citations: int
    notes: tuple[str, ...] = field(default=(), repr=False)
    comments: tuple[LetterComment, ...] = field(default=(), repr=False)


def read_letter_sections(file: Path | str, case: Case) -> LetterSections:
    """Reads a letter of any origin by the sections of a case.

    Sections are found by their headings. What fits none goes to the section before it, and is named in the notes. Typed
    citations become those of the case's exhibits; those of no exhibit stay as text, and are named.

    Args:
        file: A ``.docx``, ``.md``, ``.txt``, ``.pdf`` or ``.ipynb``.
        case: The case that it argues.

    Raises:
        InputError: The file cannot be read, or a section of it is longer than any may be.
    """
    draft = read_draft(Path(file))
    letter = read_letter(draft, case)
    specs = {spec.section_id: spec for spec in sections_for(case)}
    placed = _place_parts(letter, specs)
    texts: dict[str, str] = {}
    notes = [*(f"not read: {part}" for part in draft.not_read if part != _COMMENTS), *placed.notes]
    unknown: dict[str, None] = {}
    count = 0
    numbering, doubts = _number_exhibits(letter, case)
    notes += doubts
    for section_id in specs:
        whole = "\n\n".join(placed.pieces.get(section_id, ()))
        if numbering is not None:
            # The whole section at once: "Id." refers to what stands before it.
            written = numbering.write_citations(whole)
            whole, count = _DESCRIBED.sub(r"\g<citation> (\g<words>)", written.text), count + written.written
            unknown |= dict.fromkeys(written.unknown)
        # Without the section's title, which the cleaner would drop: here every word that goes is named.
        text = clean_markdown(whole)
        notes += _list_lost_words(section_id, whole, text)
        if len(text) > LONGEST_TEXT:
            what = f"the text of section {section_id} has {len(text):,} characters, and {LONGEST_TEXT:,} are the most"
            raise InputError(Problem(what, "give its parts headings that name sections", file=str(file)))
        if text:
            texts[section_id] = text
    if not texts:
        raise InputError(Problem("holds no text of a section", "give a letter with its argument", file=str(file)))
    notes += [f"{typed!r} names no exhibit of this case: it stays as text" for typed in unknown]
    lacking = tuple(section_id for section_id in specs if section_id not in texts)
    headings = {section_id: tuple(found) for section_id, found in placed.headings.items() if section_id in texts}
    remarks = read_comments(Path(file), texts) if _COMMENTS in draft.not_read else PlacedComments()
    notes += remarks.notes
    return LetterSections(
        str(file), draft.sha256, texts, headings, lacking, count, tuple(dict.fromkeys(notes)), remarks.comments
    )


def import_letter(
    file: Path | str,
    case: Case | str | Path,
    *,
    thread_id: str | None = None,
    user_id: str | None = None,
    draft_missing: bool = False,
    model: Model | None = None,
    settings: Settings | None = None,
    via: str = "kernel",
) -> Run:
    r"""Makes a letter that no run wrote, such as another firm's, a new run of a case, and starts it.

    Returns at once, while the sections are checked. Each is an edit of the user, and none is approved. What was not
    taken as it stands is in the run's log: headings, parts that fit no section, citations of no exhibit.

    Args:
        file: A ``.docx``, ``.md``, ``.txt``, ``.pdf`` or ``.ipynb``.
        case: A loaded case, a case folder, or the name of a case under ``WORKBENCH_CASES``.
        thread_id: The run's id; default: a new one.
        user_id: Whose edits the texts are; asserted. Default: the name that was kept (``workbench user``).
        draft_missing: Draft the sections of the case that the letter lacks; otherwise the run is without them.
        model: Writes the drafts that are asked for; default: as the settings say.
        settings: Default: the environment.
        via: How it came, for the audit record.

    Returns:
        The run, written by this process; ``await run`` or ``run.wait()`` waits until it is checked.

    Raises:
        InputError: The file or the case cannot be used; nothing was written.
        StoreUnavailableError: The store cannot be reached.

    Examples:
        >>> import pathlib, workbench
        >>> letter = pathlib.Path("letter.md")
        >>> size = letter.write_text("# Awards\n\nDr. Wu received the Wolf Prize (Exhibit 4).\n")
        >>> run = workbench.import_letter(letter, "wu", user_id="a.attorney")
        >>> [(section.section_id, section.edited_by) for section in run.wait(60).sections]
        [('awards', 'a.attorney')]
    """
    settings = settings or Settings.from_env()
    case = case if isinstance(case, Case) else load_case(case, settings=settings)
    read = read_letter_sections(file, case)
    return start_run_of(
        read, case, thread_id=thread_id, user_id=user_id, draft_missing=draft_missing, model=model, settings=settings,
        via=via,
    )  # fmt: skip


def start_run_of(
    letter: LetterSections,
    case: Case,
    *,
    thread_id: str | None = None,
    user_id: str | None = None,
    draft_missing: bool = False,
    model: Model | None = None,
    settings: Settings,
    via: str = "kernel",
) -> Run:
    """Does the same as :func:`import_letter`, of a letter that was read."""
    thread_id = str(uuid.uuid4()) if thread_id is None else thread_id
    user_id = read_user_name(settings) if user_id is None else user_id
    check_names(thread_id, user_id, case.document_type)
    # A section that the letter argues without must not stand against filing it.
    options = RunOptions(sections=None if draft_missing else tuple(letter.texts))
    empty = build_initial_snapshot(
        case, select_specs(case, options), thread_id=thread_id, user_id=user_id, document_type=case.document_type
    )
    # As a branch begins with a text that was given: it is to be checked, and never drafted again unasked.
    sections = tuple(
        section.model_copy(
            update={
                "status": "validating",
                "content": letter.texts[section.section_id],
                "edited_by": user_id,
                "remarks": _build_remarks(letter, section.section_id, user_id),
            }
        )
        if section.section_id in letter.texts
        else section
        for section in empty.sections
    )
    initial = empty.model_copy(update={"sections": sections})
    record = RunRecord(
        case_root=case.root.resolve(),
        document_type=case.document_type,
        options=options,
        prompts=active_library(settings).sources,
    )
    origin = TextOrigin(f"from {Path(letter.name).name}, sha256 {letter.sha256}", via, tuple(describe_letter(letter)))
    factory = RunFactory(settings, case=case, model=model, waits=True)
    run = Run.of_executor(factory.create(initial, record, origin), factory)
    run.start(user_id=user_id, via=via)
    return run


def _build_remarks(letter: LetterSections, section_id: str, user_id: str) -> tuple[SentenceRemark, ...]:
    return tuple(
        SentenceRemark(
            kind="comment",
            sentence=comment.sentence,
            sentence_sha256=text_digest(comment.sentence),
            note=comment.note,
            user_id=user_id,
            at=now(),
        )
        for comment in letter.comments
        if comment.section_id == section_id
    )


def describe_letter(letter: LetterSections) -> Iterator[str]:
    """Yields what was not taken as it stands, a line each."""
    for section_id, found in letter.headings.items():
        yield f"section {section_id}: the case's title stands in place of {', '.join(map(repr, found))}"
    yield from letter.notes
    if letter.lacking:
        yield f"the letter has no text of {', '.join(letter.lacking)}"


def _number_exhibits(letter: Letter, case: Case) -> tuple[ExhibitNumbering | None, list[str]]:
    """Returns the letter's numbering, and where its list of exhibits and the case's order are not known to agree.

    Its own list goes before the order of the case's exhibits, which another firm need not have had.
    """
    by_order = letter.numbering
    # A letter that cites by id has none.
    if not isinstance(by_order, ExhibitNumbering):
        return None, []
    listed = match_exhibits(letter.index, case)
    numbering = ExhibitNumbering.of_sections(case, [section.content for section in letter.sections], listed)
    notes = []
    for entry in letter.index:
        was, found = by_order.find_exhibit(entry.label), numbering.find_exhibit(entry.label)
        if found is None:
            continue
        if label_key(entry.label) not in listed:
            notes.append(
                f"exhibit {entry.label} of the letter's list has no title of the case's: it is {found[0]} here"
            )
        elif was is not None and was[0] != found[0]:
            notes.append(f"exhibit {entry.label} is {found[0]} by the letter's list, and {was[0]} by the case's order")
    return numbering, notes


class _Placed(NamedTuple):
    pieces: dict[str, list[str]]
    headings: dict[str, list[str]]
    notes: list[str]


def _place_parts(letter: Letter, specs: Mapping[str, SectionSpec]) -> _Placed:
    """Gives each part of the argument to a section: its own, or the one before it."""
    placed = _Placed({}, {}, [])
    homes = [_find_home(section, specs) for section in letter.sections]
    # What stands before the first section goes to that one; a letter without any heading, to the case's first.
    home = next((found for found in homes if found is not None), next(iter(specs)))
    numbers = dict(letter.numbers)
    start = 0
    order: list[str] = []
    for section, own in zip(letter.sections, homes, strict=True):
        place = letter.find_place(start + len(section.content) - len(section.content.lstrip()))
        heads = {offset - start: number for offset, number in numbers.items() if number}
        start += len(section.content)
        if not section.content.strip():
            continue
        if section.part != "body":
            # Head and signature are made from the case: two of them would contradict each other.
            placed.notes.append(f"{_PARTS[section.part]} ({place}) is not imported: the case gives the run's own")
            continue
        if own is None:
            named = repr(_shorten(section.title)) if section.title else "text under no heading"
            placed.notes.append(f"{named} ({place}) names no section of this case: it stands in {home}")
        else:
            home = own
            if home in order and order[-1] != home:
                placed.notes.append(f"section {home} goes on at {place}: its parts stand one after the other")
        order.append(home)
        is_title = own is not None and bool(section.title) and _is_title(section.title, specs[own])
        text = _write_headings(section.content, heads, without_first=is_title)
        if is_title:
            placed.headings.setdefault(home, []).append(_shorten(section.title))
        placed.pieces.setdefault(home, []).append(text)
    here = list(dict.fromkeys(order))
    if here != [section_id for section_id in specs if section_id in here]:
        placed.notes.append("the sections stand in another order in the letter: the run has the case's order")
    return placed


def _find_home(section: DraftText, specs: Mapping[str, SectionSpec]) -> str | None:
    if section.part != "body":
        return None
    for title in (section.title, section.title.partition(":")[0]):
        names = (spec.section_id for spec in specs.values() if title and _letters(title) in _list_titles(spec))
        if (found := next(names, None)) is not None:
            return found
        # A firm may count its criteria otherwise: their words are looked at before their numbers.
        if section.section_id in specs:
            return section.section_id
    return None


def _list_titles(spec: SectionSpec) -> tuple[str, ...]:
    # Without the paragraph of law behind the dash; "Request 1" of "Request 1: Awards".
    short = spec.title.partition("—")[0]
    return tuple(map(_letters, (spec.title, short, short.partition(":")[0])))


def _is_title(title: str, spec: SectionSpec) -> bool:
    """Tells if a heading only names its section: a sentence of the argument stays in the text."""
    guess = guess_section(title)
    is_named = (guess is not None and guess.strength == "strong") or _letters(title.partition(":")[0]) in _list_titles(
        spec
    )
    return (is_named and len(title.split()) <= _LONGEST_TITLE) or _letters(title) in _list_titles(spec)


def _write_headings(content: str, numbers: Mapping[int, str], *, without_first: bool) -> str:
    """Writes headings as sections have them, without the letter's own numbers, which the run sets itself."""
    lines = []
    offset = 0
    is_first = True
    for line in content.split("\n"):
        # A block may begin behind blanks.
        number = next((numbers[at] for at in range(offset, offset + len(line) + 1) if at in numbers), None)
        offset += len(line) + 1
        if is_first and line.strip():
            is_first = False
            if without_first:
                continue
        if number is not None:
            bare = line.strip("#* \t")
            pattern = rf"(?:(?:Section|Part|Chapter|Article)\s{{1,3}})?{re.escape(number)}[.):]?\s{{1,4}}"
            lines.append(f"### {re.sub(f'^{pattern}', '', bare)}")
        else:
            lines.append(re.sub(r"^#{1,6}\s", "### ", line))
    return "\n".join(lines).strip()


def _list_lost_words(section_id: str, before: str, after: str) -> Iterator[str]:
    """Yields the words that a section cannot hold, such as HTML."""
    # Words, not lines: the cleaner sets notes and tables apart.
    left = Counter(_split_words(after))
    lost = []
    for word in _split_words(before):
        if left[word]:
            left[word] -= 1
        else:
            lost.append(word)
    if lost:
        words = count_noun(len(lost), "word")
        yield f"section {section_id}: {words} not imported, which no section may hold: {_shorten(' '.join(lost))!r}"


def _split_words(text: str) -> Iterable[str]:
    return re.findall(r"\w+", text)


def _shorten(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN].rstrip()}…"


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
