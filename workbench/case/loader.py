"""Loading a case: the only reader of ``case.yaml``.

What is wrong with a case is told all at once, each problem with file, line, field and remedy: an attorney mends a file
in one sitting, not in ten.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from workbench.case.consistency import exhibit_entries, inconsistencies, is_missing, remedy_for
from workbench.case.exhibits import exhibit_path, read_documents
from workbench.case.model import Case, CaseFile, Document
from workbench.case.open_points import find_open_points
from workbench.case.reading_progress import show_progress
from workbench.case.schema import drop_outer_errors, fields_at, pair_names
from workbench.case.source import MAX_SOURCE_BYTES, Source, parse_source, quote_value
from workbench.config import Settings
from workbench.errors import CaseError, InputError, Problem

CASE_FILE = "case.yaml"


def load_case(path: str | Path, *, settings: Settings | None = None, allow_unreadable: bool = False) -> Case:
    """Loads and checks a case.

    Args:
        path: A case folder, its ``case.yaml``, or the bare name of a case below ``settings.cases``. A folder of that
            name here comes before one there.
        settings: Default ``Settings.from_env()``.
        allow_unreadable: Whether an exhibit whose file cannot be read (empty, encrypted, damaged, not there) is a
            document without pages, as a missing one is, in place of an error: for checking a letter.

    Raises:
        CaseError: The case cannot be used; ``problems`` holds everything that is wrong with it, in file order.
        InputError: The environment itself cannot be used (only without ``settings``).

    Examples:
        >>> import workbench
        >>> case = workbench.load_case("wu")  # the sample case, or the path of a case folder
        >>> case.case_id, len(case.exhibits)
        ('wu', 32)
    """
    settings = settings or Settings.from_env()
    file = _find(path, settings)
    return load_case_text(_read(file), file, settings=settings, allow_unreadable=allow_unreadable)


def load_case_text(
    raw: bytes, file: Path, *, settings: Settings, source: Source | None = None, allow_unreadable: bool = False
) -> Case:
    """Loads and checks a case whose file may not be written yet.

    Args:
        raw: What ``case.yaml`` holds, or shall hold.
        file: Its path; the exhibits lie in its folder.
        settings: For the cache of texts.
        source: The same, where it has been parsed already.
        allow_unreadable: As :func:`load_case`.

    Raises:
        CaseError: As :func:`load_case`.
    """
    source = source or parse_source(raw, str(file))
    if source.data is None:
        raise CaseError(*source.problems)
    # First, so that the other rules see the file as its author meant it.
    misspelt = _mend_names(source)
    documents, problems = _read_documents(source, file.parent, settings, allow_unreadable=allow_unreadable)
    problems += inconsistencies(source, documents)
    # After the other rules, which know the near names: the model's refusal of the same field is then left out.
    case_file, invalid = _validate(source, {problem.field for problem in problems})
    problems = [*misspelt, *source.problems, *invalid, *_drop_consequences(problems, invalid)]
    if case_file is None or problems:
        raise CaseError(*_in_file_order(problems))
    return Case(
        **{name: getattr(case_file, name) for name in CaseFile.model_fields},
        root=file.parent.absolute(),  # a kernel may change its folder later
        digest=_digest(raw, case_file, documents),
        documents=documents,
        open_points=find_open_points(raw, source),
    )


def known_cases(settings: Settings) -> list[str]:
    """Lists the names of the cases below ``settings.cases``."""
    try:
        return sorted(folder.name for folder in settings.cases.iterdir() if (folder / CASE_FILE).is_file())
    except OSError:
        return []


def _find(path: str | Path, settings: Settings) -> Path:
    path = Path(path)
    if "\0" in str(path):
        raise CaseError(Problem(what="the name holds a NUL character", remedy="retype it", file=quote_value(str(path))))
    try:
        candidates = [path if path.name == CASE_FILE else path / CASE_FILE]
        # Only a bare name is looked up among the known cases; a path means what it says.
        if len(path.parts) == 1 and path.name not in ("", ".."):
            candidates.append(settings.cases / path / CASE_FILE)
        for candidate in candidates:
            if candidate.is_file():
                return candidate
        if path.is_file():
            what, remedy = f"not a {CASE_FILE}", f"give the case folder, or rename the file to {CASE_FILE}"
        elif path.is_dir():
            what, remedy = f"a folder without a {CASE_FILE}", _known_remedy(settings)
        else:
            what, remedy = "no such case", _known_remedy(settings, str(path))
    except OSError as error:
        what, remedy = f"cannot be reached: {error.strerror}", "check the path and its permissions"
    raise CaseError(Problem(what=what, remedy=remedy, file=str(path)))


def _known_remedy(settings: Settings, name: str = "") -> str:
    known = known_cases(settings)
    if known:
        return remedy_for(name, known, f"give a case folder, or one of the cases in {settings.cases}")
    return f"give a case folder ({settings.cases} holds no case)"


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            # One byte beyond the limit tells parse_source that there are more.
            return stream.read(MAX_SOURCE_BYTES + 1)
    except OSError as error:
        raise CaseError(
            Problem(what=f"cannot be read: {error.strerror}", remedy="check the file's permissions", file=str(file))
        ) from None


def _read_documents(
    source: Source, root: Path, settings: Settings, *, allow_unreadable: bool
) -> tuple[dict[str, Document], list[Problem]]:
    """Reads every exhibit named, whatever else is wrong."""
    problems: list[Problem] = []
    documents: dict[str, Document] = {}
    listed: list[tuple[tuple[str | int, ...], str, object, Path]] = []

    def add_problems(path: tuple[str | int, ...], file: str, error: InputError) -> None:
        # The line is one of case.yaml, so the problem's file is case.yaml; the exhibit stands in the text.
        problems.extend(
            source.problem((*path, "file"), f"{quote_value(file)}: {problem.what}", problem.remedy)
            for problem in error.problems
        )

    for path, entry in exhibit_entries(source.data) if isinstance(source.data, dict) else ():
        if is_missing(entry):
            if isinstance(exhibit_id := entry.get("id"), str):
                documents[exhibit_id] = Document(
                    sha256="", pages=(), has_text=False, missing=str(entry.get("reason") or "no reason is given")
                )
            continue
        file = entry.get("file")
        if not isinstance(file, str) or not file:
            continue
        try:
            listed.append((path, file, entry.get("id"), exhibit_path(root, file)))
        except InputError as error:
            add_problems(path, file, error)
    # Those without an id, too, so that an unreadable file is reported in the same round.
    read = _read_files([(place, file) for _, file, _, place in listed], settings, allow_unreadable=allow_unreadable)
    for (path, file, exhibit_id, _), document in zip(listed, read, strict=True):
        if isinstance(document, InputError):
            add_problems(path, file, document)
        elif isinstance(exhibit_id, str):
            # An id that is used twice is a problem already; the pages of its first use serve the other rules.
            documents.setdefault(exhibit_id, document)
    return documents, problems


def _read_files(
    files: list[tuple[Path, str]], settings: Settings, *, allow_unreadable: bool
) -> list[Document | InputError]:
    with show_progress() as on_progress:
        read = read_documents(files, settings=settings, on_progress=on_progress)
    return list(map(_stand_in, read)) if allow_unreadable else read


def _stand_in(read: Document | InputError) -> Document:
    """Returns a document without pages in the place of one that cannot be read."""
    if isinstance(read, Document):
        return read
    return Document(
        sha256="",
        pages=(),
        has_text=False,
        missing="; ".join(problem.what for problem in read.problems),
        remedy="; ".join(problem.remedy for problem in read.problems),
    )


def _mend_names(source: Source) -> list[Problem]:
    """Puts the field that is meant in the place of a misspelt one.

    In the parsed values only. Returns a problem for each: the case is refused, but not for what comes of it.
    """
    told: list[Problem] = []
    while True:
        try:
            CaseFile.model_validate(_complete_values(source.data))
        except ValidationError as error:
            details = error.errors(include_url=False)
        else:
            return told
        pairs = pair_names(details, fields_at)
        for path, name in pairs.items():
            near = remedy_for(path[-1], [name], "")
            if near.startswith("did you mean"):
                told.append(source.problem(path, "unknown field", near))
            else:
                told.append(source.problem(path, f"unknown field, and {name} is missing", f"rename it to {name}"))
            _rename(source, path, name)
        if not pairs:
            return told


def _rename(source: Source, path: tuple[str | int, ...], name: str) -> None:
    parent = source.data
    for step in path[:-1]:
        parent = parent[step]
    parent.setdefault(name, parent.pop(path[-1]))
    depth = len(path)
    moved = {place: line for place, line in source.lines.items() if place[:depth] == path}
    source.lines |= {(*path[:-1], name, *place[depth:]): line for place, line in moved.items()}


def _drop_consequences(problems: list[Problem], invalid: list[Problem]) -> list[Problem]:
    """Leaves out what is wrong only because something else is.

    Where the list of exhibits cannot be trusted, nothing is said of what refers to it; and an id that no exhibit has is
    told once, however often it is cited.
    """
    refused = any(re.fullmatch(r"exhibits(\[\d+\](\.id)?)?", problem.field or "") for problem in [*problems, *invalid])
    kept: dict[tuple[str, str], list[Problem]] = {}
    for number, problem in enumerate(problems):
        last = (problem.field or "").rpartition(".")[2]
        if last not in {"exhibit", "translation"}:
            kept[str(number), ""] = [problem]
        elif not refused:
            kept.setdefault((last, problem.what), []).append(problem)
    return [
        same[0] if len(same) == 1 else replace(same[0], what=f"{same[0].what}, here and in {len(same) - 1} more places")
        for same in kept.values()
    ]


def _validate(source: Source, told: set[str | None]) -> tuple[CaseFile | None, list[Problem]]:
    """Validates the file, or explains what the model refuses.

    Fields that another rule has reported already are left out.
    """
    try:
        return CaseFile.model_validate(_complete_values(source.data)), []
    except ValidationError as error:
        # A "[key]" is an element's name of the wrong form; the catalogue has refused it, with the names it knows.
        details = drop_outer_errors(error.errors(include_url=False))
        details = [detail for detail in details if detail["loc"][-1:] != ("[key]",)]
        problems = [_explain_detail(detail, source) for detail in details]
        return None, [problem for problem in problems if problem.field not in told]


def _complete_values(data: Any) -> Any:
    """Converts the schema's version to a number, and gives missing exhibits an empty file name.

    A ``Literal`` does not convert the file's text by itself.
    """
    if not isinstance(data, dict):
        return data
    changed: dict[str, Any] = {"schema": 1} if data.get("schema") == "1" else {}
    if isinstance(exhibits := data.get("exhibits"), list):
        changed["exhibits"] = [{"file": "", **entry} if is_missing(entry) else entry for entry in exhibits]
    return {**data, **changed}


def _explain_detail(detail: ErrorDetails, source: Source) -> Problem:
    """Words a validation error for authors of case files."""
    path = detail["loc"]
    kind, value, context = detail["type"], quote_value(detail["input"]), detail.get("ctx", {})
    if kind == "missing":
        note = fields_at(path[:-1]).get(str(path[-1]), "")
        return source.problem(path, "the field is missing", f"add {path[-1]}" + (f" ({_short(note)})" if note else ""))
    if kind == "extra_forbidden":
        return source.problem(
            path, "unknown field", remedy_for(path[-1], fields_at(path[:-1]), "remove it, or use one of")
        )
    # Before the types: "a list is wanted" would not tell an author that a line was left empty.
    if detail["input"] is None:
        return source.problem(path, "the field is empty", "fill it in, or remove the line")
    wording = {
        "string_type": ("text is wanted here, not a list or a group of fields", "write it on one line"),
        "string_too_short": ("the field is empty", "fill it in, or remove the line"),
        "string_pattern_mismatch": (f"{value} does not have the right form", _form(path, context.get("pattern", ""))),
        "tuple_type": ("a list is wanted here", "write [a, b], or one line each, beginning with a dash"),
        "too_short": ("the list is empty", "add at least one"),
        "model_type": ("a group of fields is wanted here", "write its fields below it, indented"),
        "mapping_type": ("a group of fields is wanted here", "write its fields below it, indented"),
        "dict_type": ("a group of fields is wanted here", "write its fields below it, indented"),
        "int_parsing": (f"{value} is not a whole number", "write each page by itself: [1, 2, 3]"),
        "int_type": ("a whole number is wanted here", "write each page by itself: [1, 2, 3]"),
        "greater_than_equal": (f"{value} is no page", "pages are counted from 1"),
        "less_than_equal": (f"{value} is more than {context.get('le')}", f"write {context.get('le')} or less"),
        "bool_parsing": (f"{value} is neither true nor false", "write true or false"),
        "bool_type": ("true or false is wanted here", "write true or false"),
        # Only the validators of dates raise ValueError.
        "value_error": (f"{value} is not a date", "write a real date as YYYY-MM-DD"),
    }
    if path[-1:] == ("response_days",):  # the only whole number that is no page
        days = (f"{value} is no number of days", "write a whole number from 1 to 84")
        wording |= dict.fromkeys(("int_parsing", "int_type", "greater_than_equal"), days)
    if kind in wording:
        return source.problem(path, *wording[kind])
    if kind in ("enum", "literal_error"):
        # pydantic gives the known values in words only: 'a', 'b' or 'c'.
        known = context["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return source.problem(path, f"{value} is not known here", remedy_for(detail["input"], known))
    return source.problem(path, f"{detail['msg'].lower()}, got {value}", "see docs/case-format.md")


def _form(path: tuple[str | int, ...], pattern: str) -> str:
    last = path[-1] if path else ""
    if last == "date":
        return "write YYYY, YYYY-MM or YYYY-MM-DD"
    if last == "language":
        return "write the small letters of ISO 639, two or three, such as en or zh"
    if last == "file":
        return "write the file's name on one line"
    if "A-Za-z0-9" in pattern:
        return "begin with a letter or digit; then letters, digits, - and _, 64 at most, no spaces"
    return "see docs/case-format.md"


def _short(note: str) -> str:
    return note.partition(". ")[0].rstrip(".")


def _in_file_order(problems: list[Problem]) -> list[Problem]:
    """Sorts problems by line, each kept once.

    Two rules may see the same one.
    """
    unique = dict.fromkeys(problems)
    return sorted(unique, key=lambda problem: (problem.line is None, problem.line or 0))


def _digest(raw: bytes, case_file: CaseFile, documents: dict[str, Document]) -> str:
    sums = [(hashlib.sha256(raw).hexdigest(), CASE_FILE)]
    read = [(documents[exhibit.id], exhibit.file) for exhibit in case_file.exhibits if exhibit.file]
    # Of a file that cannot be read the reason counts: what was kept of an earlier check ends with it.
    sums += [(document.missing or document.sha256, name) for document, name in read]
    # The lines of sha256sum, so that anybody can compute the digest without this program.
    listing = "".join(f"{digest}  {name}\n" for digest, name in sums)
    # A file name that is not UTF-8 keeps its own bytes.
    return hashlib.sha256(os.fsencode(listing)).hexdigest()
