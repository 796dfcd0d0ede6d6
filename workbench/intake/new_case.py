"""A new case from a folder of loose documents."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from workbench.case.loader import CASE_FILE, load_case_text
from workbench.case.model import ExhibitKind
from workbench.case.reading_pool import ReadingPool
from workbench.config import Settings
from workbench.errors import InputError, Problem
from workbench.intake.case_editor import CaseEditor
from workbench.intake.case_text import SURE, CaseHead, ExhibitEntry, make_id, write_case_text
from workbench.intake.document_folder import find_documents
from workbench.intake.guess import (
    Guess,
    find_byline,
    find_signer,
    guess_date,
    guess_kind,
    guess_language,
    guess_title,
    make_file_title,
)
from workbench.intake.person import PRONOUNS, guess_honorific, guess_pronouns, guess_surname
from workbench.intake.taken_document import TakenDocument, read_part, take_documents
from workbench.text.atomic_write import USER_ONLY, make_private_folder, sync_folder, write_whole
from workbench.text.cluster import ClusterExecutor
from workbench.text.folding import to_ascii_letters

EXHIBITS = "exhibits"
_SAMPLE_LETTERS = 20_000
"""Of a document, to tell its language."""


def new_case(  # noqa: PLR0913 - what a terminal or form asks for, each by its name
    folder: str | Path,
    documents: str | Path,
    *,
    name: str | None = None,
    field: str | None = None,
    honorific: str | None = None,
    pronouns: str | None = None,
    filing_date: str | None = None,
    petitioner: str | None = None,
    splits: Mapping[str, str] | None = None,
    settings: Settings | None = None,
    cluster: ClusterExecutor | None = None,
) -> CaseEditor:
    r"""Makes a case folder from a folder of loose documents.

    Every document that can be read becomes an exhibit: a copy below ``exhibits``, with title, date, kind and language
    as its pages suggest them. Each such value is a guess, and a comment in ``case.yaml`` says so and why; what could
    not be found is marked as well, and so is each value below that is not given. Bundles are split, second copies left
    out.

    Args:
        folder: Of the new case. It may exist, but must hold neither ``case.yaml`` nor a folder ``exhibits``.
        documents: Folder of PDF, DOCX, picture, text and Markdown files; its sub-folders count. Nothing in it changes.
        name: Full name of the beneficiary, in the spelling that every draft must use.
        field: Field of endeavor, in the words that every section shall use.
        honorific: ``Dr.``, ``Ms.``, …; None: as the documents have it.
        pronouns: ``she``, ``he`` or ``they``; None: as the documents have it.
        filing_date: ``YYYY-MM-DD``.
        petitioner: Name of the employer or other person who files; None: the beneficiary, which is marked as a guess.
        splits: Page ranges of bundles, which come before those that are found: ``{"bundle.pdf": "1-3,4-9"}``.
        settings: Default ``Settings.from_env()``.
        cluster: Reads the documents, and recognises text; None: this machine does.

    Returns:
        The editor of the new case, with the files that were left out.

    Raises:
        InputError: There is a case already, the folder of documents holds none that can be read, or a value is wrong.

    Examples:
        >>> import workbench
        >>> from pathlib import Path
        >>> Path("mail").mkdir()
        >>> _ = Path("mail/medal.txt").write_text("Medal of the Invented Academy\n\nAwarded on May 4, 2021.\n")
        >>> editor = workbench.new_case("example", "mail", name="Ada Example", field="chemistry")
        >>> editor.case.exhibits[0].title, editor.case.exhibits[0].date
        ('Medal of the Invented Academy', '2021-05-04')
        >>> print(editor.open_points[0])
        filing_date: no filing date was given; write YYYY-MM-DD
    """
    settings = settings or Settings.from_env()
    folder, documents = Path(folder).expanduser(), Path(documents).expanduser()
    _check_values(honorific=honorific, pronouns=pronouns, filing_date=filing_date, name=name, field=field)
    _check_folder(folder, documents)
    files, left_out = find_documents(documents, besides=folder)
    taken, not_taken = take_documents(files, splits=splits or {}, settings=settings, cluster=cluster)
    left_out += not_taken
    if not any(not one.unreadable for one in taken):
        reasons = [str(one) for one in left_out] + [f"{one.name}: {one.unreadable}" for one in taken]
        what = "holds no document that can be read" + (f" ({'; '.join(reasons[:3])})" if reasons else "")
        raise InputError(Problem(what, "add PDF, DOCX, picture or text files", file=str(documents)))
    texts = [page for one in taken for page in one.document.pages]
    head = _make_head(
        folder, texts, name=name, field=field, honorific=honorific, pronouns=pronouns,
        filing_date=filing_date, petitioner=petitioner,
    )  # fmt: skip
    exhibits = _make_entries(taken)
    content = write_case_text(head, exhibits, left_out, len(files))
    _write_folder(folder, content, list(zip(exhibits, taken, strict=True)), settings)
    return CaseEditor(folder, settings=settings, left_out=tuple(left_out))


def refuse_existing(folder: Path) -> None:
    """Refuses a folder that has a case, or files that a new case would write.

    Raises:
        InputError: It has one.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(Problem("not a folder", "name a new folder", file=str(folder)))
    if os.path.lexists(folder / CASE_FILE):
        remedy = "name a new folder, or edit that case: a case is never overwritten"
        raise InputError(Problem(f"has a {CASE_FILE} already", remedy, file=str(folder)))
    if os.path.lexists(folder / EXHIBITS):
        raise InputError(Problem(f"has a folder {EXHIBITS} already", "name a new folder", file=str(folder)))


def _check_folder(folder: Path, documents: Path) -> None:
    refuse_existing(folder)
    if folder.exists() and documents.exists() and folder.samefile(documents):
        what = "the documents' own folder"
        raise InputError(Problem(what, "name another one: the case keeps copies of them", file=str(folder)))


def _check_values(
    *, honorific: str | None, pronouns: str | None, filing_date: str | None, name: str | None, field: str | None
) -> None:
    for option, value in (("--name", name), ("--field", field), ("--honorific", honorific)):
        if value is not None and (not value.strip() or not value.isprintable()):
            raise InputError(
                Problem("the value is empty or has control characters", "give it on one line", field=option)
            )
    if pronouns is not None and pronouns not in PRONOUNS:
        raise InputError(Problem(f"unknown pronouns {pronouns!r}", f"give {', '.join(PRONOUNS)}", field="--pronouns"))
    if filing_date is not None:
        try:
            is_date = date.fromisoformat(filing_date).isoformat() == filing_date
        except ValueError:
            is_date = False
        if not is_date:
            raise InputError(Problem(f"{filing_date!r} is not a date", "write YYYY-MM-DD", field="--filing-date"))


def _make_head(
    folder: Path,
    texts: Sequence[str],
    *,
    name: str | None,
    field: str | None,
    honorific: str | None,
    pronouns: str | None,
    filing_date: str | None,
    petitioner: str | None,
) -> CaseHead:
    words = re.findall(r"[A-Za-z0-9]+", to_ascii_letters(folder.resolve().name))
    given = " ".join((name or "").split())
    surname = guess_surname(given) if given else Guess("", "no name was given; write the family name")
    unknown = Guess("", "no name was given, so the documents could not be asked")
    return CaseHead(
        case_id="-".join(words)[:64].strip("-") or "case",
        name=Guess(given, SURE if given else "no name was given; write the full name, as every draft must spell it"),
        surname=surname,
        honorific=Guess(" ".join(honorific.split()), SURE)
        if honorific
        else guess_honorific(surname.value, given, texts)
        if given
        else unknown,
        pronouns=Guess(pronouns, SURE) if pronouns else guess_pronouns(surname.value, texts) if given else unknown,
        field_of_endeavor=Guess(" ".join((field or "").split()), SURE)
        if field
        else Guess("", "no field was given; write the phrase that every section shall use"),
        filing_date=Guess(filing_date or "", SURE if filing_date else "no filing date was given; write YYYY-MM-DD"),
        petitioner=Guess(
            " ".join((petitioner or "").split()),
            SURE if petitioner else "no petitioner was named, and for EB-1A the beneficiary may file",
        ),
    )


def _make_entries(taken: Sequence[TakenDocument]) -> list[ExhibitEntry]:
    ids: set[str] = set()
    return [_make_entry(one, ids, number) for number, one in enumerate(taken, start=1)]


def _make_entry(one: TakenDocument, ids: set[str], number: int) -> ExhibitEntry:
    pages = one.document.pages
    first = next((text for text in pages if text.strip()), "")
    if one.unreadable:
        title = make_file_title(one.stem, "the file cannot be read")
        unknown = Guess("", "the file cannot be read")
        return ExhibitEntry(
            id=make_id(title.value, ids, number),
            title=title,
            kind=unknown,
            date=unknown,
            language=unknown,
            file="",
            source=Guess(f"Received as {one.name}", SURE),
            missing=f"The file {one.name} cannot be read: {one.unreadable}",
        )
    title = guess_title(one.details, first, one.stem, page=one.first_page)
    # A file's name tells no kind either: its sender chose it.
    kind = guess_kind("" if title.asks else title.value, pages)
    author: Guess | None = None
    if kind.value == ExhibitKind.LETTER:
        signer = find_signer(pages)
        author = Guess(signer, "the line below the closing") if signer else Guess("", "write who signed the letter")
        if signer:
            title = Guess(f"Letter of {signer}", "the line below the closing of the letter")
    elif kind.value == ExhibitKind.PUBLISHED_MATERIAL:
        author = Guess(find_byline(first) or "", 'the line that begins with "By"')
    language = guess_language("\n".join(pages)[:_SAMPLE_LETTERS])
    exhibit_id = make_id(title.value, ids, number)
    return ExhibitEntry(
        id=exhibit_id,
        title=_warn_of_recognition(one, title),
        kind=kind,
        date=guess_date(first),
        language=language,
        file=f"{EXHIBITS}/{exhibit_id}{one.suffix}",
        source=_describe_source(one),
        author=author,
        needs_translation=language.value not in ("", "en"),
    )


def _warn_of_recognition(one: TakenDocument, title: Guess) -> Guess:
    """Adds to a title's reason that its letters were recognized, not typed."""
    if not one.document.has_text:
        return title._replace(reason=f"{title.reason}; it is a scan, and no text was recognized")
    if any(confidence is not None for confidence in one.document.confidences):
        return title._replace(reason=f"{title.reason}; recognized letters ({one.document.describe_recognized()})")
    return title


def _describe_source(one: TakenDocument) -> Guess:
    source = f"Received as {one.name}"
    if one.twins:
        twins = ", ".join(one.twins)
        return Guess(source, f"{twins} has the same text and was left out; see which one is signed", asks=True)
    return Guess(source, one.part.reason if one.part is not None else SURE)


def _write_folder(
    folder: Path, content: bytes, pairs: Sequence[tuple[ExhibitEntry, TakenDocument]], settings: Settings
) -> None:
    """Writes the case beside its place, loads it, and moves it there."""
    make_private_folder(folder.absolute().parent)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.absolute().parent))
    try:
        (draft / EXHIBITS).mkdir(mode=0o700)
        with ReadingPool() as pool:
            for entry, one in pairs:
                if entry.file:
                    write_whole(draft / entry.file, read_part(one, pool), mode=USER_ONLY)
        # What cannot be loaded is never left behind.
        load_case_text(content, draft / CASE_FILE, settings=settings)
        write_whole(draft / CASE_FILE, content, mode=USER_ONLY)
        _move_into_place(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _move_into_place(draft: Path, folder: Path) -> None:
    """Moves a finished case to its folder; what another process has put there in the meantime stays."""
    refuse_existing(folder)
    try:
        if not folder.exists():
            draft.rename(folder)
        else:
            (draft / EXHIBITS).rename(folder / EXHIBITS)
            # A link, unlike a renaming, never takes the place of a file.
            os.link(draft / CASE_FILE, folder / CASE_FILE)
    except FileExistsError:
        refuse_existing(folder)
        raise
    sync_folder(folder.absolute().parent)
