"""Proof that a petition's file is as its run's manifest says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbformat import NotebookNode

from workbench.case.docx_paragraphs import PICTURE
from workbench.case.exhibits import read_content
from workbench.case.pages import ReadLimits, UnreadableFileError
from workbench.case.readers import Reader
from workbench.case.reading_pool import ReadingPool
from workbench.config import Settings
from workbench.errors import ExportError, InputError, Problem
from workbench.export.letter_style import LetterStyle
from workbench.export.manifest import CLAIMS, KEY, MANIFEST, SIGNATURE, Manifest, ManifestParagraph, digest_claims
from workbench.export.manifest_section import compare_origins
from workbench.export.paragraphs import FIRST_HEADER, PAGE_HEADER, list_paragraphs
from workbench.export.petition import read_petition
from workbench.export.signing import check_signature
from workbench.export.verification import Verification, compare_paragraphs, find_in_pdf, list_not_compared
from workbench.export.verify_package import find_package, verify_package

SUFFIXES = (".ipynb", ".docx", ".html", ".pdf")
"""Types of files that are verified."""
MAX_BYTES = 60_000_000
MAX_PARAGRAPHS = 20_000
"""Of a letter: some 2,000 pages."""
_LIMITS = ReadLimits(pages=5_000, characters=5_000_000, unzipped=200_000_000)

# Files of others: each is read in a child process with limits of memory and time.
_READERS = {
    ".docx": Reader("workbench.case.docx_paragraphs:read_docx_paragraphs"),
    ".html": Reader("workbench.case.html_paragraphs:read_html_paragraphs"),
    ".pdf": Reader("workbench.case.pdf_letter:read_pdf_letter"),
}
_LEFT_OUT = {
    # What an export makes anew from the manifest: the cells say nothing of it.
    ".ipynb": frozenset({PAGE_HEADER, FIRST_HEADER, "notice", "contents", "open list", "exhibit index"}),
    ".html": frozenset({FIRST_HEADER}),
}
"""Parts that a type of file does not have."""


def verify_file(
    path: Path | str, *, against: Path | str | Manifest | None = None, public_key: Path | str | None = None
) -> Verification:
    """Compares a petition's file with its run's manifest, paragraph by paragraph, and a package volume by volume.

    Whoever changes the text can change a manifest that is not signed. ``against`` names one that was kept elsewhere.

    Args:
        path: A ``.ipynb``, ``.docx``, ``.html`` or ``.pdf`` of :func:`workbench.export_petition`; or the folder of
            :func:`workbench.export_package`, its ``package.json``, or one volume.
        against: Another file of the same export that carries the manifest, or the manifest itself. None: the manifest
            in the file; for a PDF, which carries only its digest, that of the notebook, Word document or page beside
            it.
        public_key: File of the firm's public key: the manifest must then be signed with it. None: that of
            ``WORKBENCH_PUBLIC_KEY``, with which a signature is checked where there is one.

    Returns:
        What was compared, each paragraph that was changed, added, removed or moved, and who signed.

    Raises:
        InputError: A file that cannot be read, or that carries no manifest; a public key that cannot be read.

    Examples:
        >>> import workbench
        >>> options = workbench.RunOptions(sections=("awards",), unattended=True)
        >>> snapshot = workbench.start("wu", options=options).wait()
        >>> files = workbench.export_petition(snapshot, to=["docx"], out="out")
        >>> workbench.verify_file(files["docx"]).matches
        True
    """
    file = Path(path)
    if against is None and (package := find_package(file)) is not None:
        result, signed = verify_package(file, package, _read_pages)
        return _add_signature(result, signed, package, public_key)
    read = _read_file(file)
    manifest, origin = _choose_manifest(file, read, against)
    manifest = _add_claims(manifest, read.manifest)
    problems = _compare_digests(read, manifest, file)
    if read.text is not None:
        compared, changes = find_in_pdf(manifest.paragraphs, read.text)
    else:
        suffix = file.suffix.lower()
        expected = [each for each in manifest.paragraphs if each.part not in _LEFT_OUT.get(suffix, ())]
        found = read.paragraphs
        if suffix != ".ipynb" and manifest.style is not None:
            expected, found = _leave_letterhead(expected, read, manifest.style, is_word=suffix == ".docx")
        compared, changes = len(expected), compare_paragraphs(expected, found)
    result = Verification(
        file=str(path),
        thread_id=manifest.thread_id,
        last_event_id=manifest.last_event_id,
        final=manifest.final,
        manifest_from=origin,
        compared=compared,
        not_compared=list_not_compared(file.suffix.lower(), manifest),
        problems=tuple(problems),
        changes=tuple(changes),
    )
    named = file if against is None or isinstance(against, Manifest) else Path(against)
    result = _add_signature(result, manifest.to_bytes(), _find_manifest_file(named), public_key)
    # Manifests of earlier versions do not name the table that only some files have.
    has_claims = any(each.part == CLAIMS for each in manifest.paragraphs)
    if result.signature.status == "signed" and has_claims and not manifest.claims_sha256:
        result = replace(result, signature=replace(result.signature, reason="the claim table is not signed"))
    return result


def _add_claims(kept: Manifest, own: Manifest | None) -> Manifest:
    """Returns a manifest that was kept elsewhere with the file's own claim table, where its digest is the one kept.

    A manifest beside the files, which may be signed, has the table's digest alone.
    """
    if own is None or digest_claims(kept.paragraphs) or digest_claims(own.paragraphs) != kept.claims_sha256:
        return kept
    others = iter(kept.paragraphs)
    merged = [each if each.part == CLAIMS else next(others, None) for each in own.paragraphs]
    paragraphs = (*(each for each in merged if each is not None), *others)
    return kept.model_copy(update={"paragraphs": paragraphs})


def _leave_letterhead(
    expected: list[ManifestParagraph], read: _FileContent, style: LetterStyle, *, is_word: bool
) -> tuple[list[ManifestParagraph], tuple[str, ...]]:
    """Leaves out what the firm's files put into a Word document or page: headers of a template, and a picture."""
    found = read.paragraphs
    if is_word and style.template is not None:
        found = found[read.headers :]
        expected = [each for each in expected if each.part not in (PAGE_HEADER, FIRST_HEADER)]
    if is_word and style.has_own_header:
        lines = len(style.letterhead)
        return [each for each in expected if each.part != "head" or each.number > lines], found
    if style.letterhead_picture is not None and PICTURE in found:
        place = found.index(PICTURE)
        found = (*found[:place], *found[place + 1 :])
    return expected, found


def read_manifest(path: Path | str) -> Manifest:
    """Reads the manifest that a petition's file carries, or that is a file itself.

    Raises:
        InputError: The file cannot be read, or carries none.
    """
    file = Path(path)
    if file.suffix.lower() == ".json":
        raw = read_content(file, str(file))
        manifest = _parse_manifest(file, raw.decode(errors="replace")) if len(raw) <= MAX_BYTES else None
    else:
        manifest = _read_file(file).manifest
    if manifest is None:
        raise _refuse(path, "carries no manifest", "export the run again, with this version")
    return manifest


class _FileContent(NamedTuple):
    """A file as it was read: paragraphs, of which the first may be of headers, or one text of a PDF."""

    paragraphs: tuple[str, ...] = ()
    headers: int = 0
    text: str | None = None
    manifest: Manifest | None = None
    digest: str | None = None


def _read_file(file: Path) -> _FileContent:
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES and file.exists():
        raise _refuse(file, "no file of a petition, by its name", f"give one of {', '.join(SUFFIXES)}")
    raw = read_content(file, str(file))
    if len(raw) > MAX_BYTES:
        raise _refuse(file, f"more than {MAX_BYTES // 1_000_000} MB, too large for a letter", "give the letter alone")
    if suffix == ".ipynb":
        return _read_notebook(file, raw)
    found = _read_in_child(file, raw)
    if suffix == ".pdf":
        return _FileContent(text="\n".join(found["pages"]), digest=found["digest"])
    paragraphs = (*found["header"], *found["paragraphs"], *found["notes"])
    _check_count(file, len(paragraphs))
    manifest = None if found["manifest"] is None else _parse_manifest(file, found["manifest"])
    return _FileContent(paragraphs, len(found["header"]), manifest=manifest)


def _read_in_child(file: Path, raw: bytes) -> Any:
    try:
        with ReadingPool() as pool:
            return json.loads(pool.read(_READERS[file.suffix.lower()], raw, _LIMITS).pages[0].text)
    except UnreadableFileError as error:
        raise _refuse(file, error.what, error.remedy) from None


def _read_notebook(file: Path, raw: bytes) -> _FileContent:
    try:
        plain = json.loads(raw.decode("utf-8-sig"))
        notebook = _make_notebook(plain)
    except (ValueError, RecursionError, TypeError, AttributeError, KeyError):
        raise _refuse(file, "a damaged notebook, or none at all", "open it in Jupyter, and save it again") from None
    try:
        manifest = _check_manifest(file, notebook.metadata.get(KEY))
        petition = read_petition(notebook, allow_changes=True)
    except ExportError as error:
        raise _refuse(file, str(error).splitlines()[0], "give the notebook that export wrote") from None
    paragraphs = [each.text for each in list_paragraphs(petition) if each.part not in _LEFT_OUT[".ipynb"]]
    _check_count(file, len(paragraphs))
    return _FileContent(tuple(paragraphs), manifest=manifest)


def _make_notebook(plain: Any) -> NotebookNode:
    """Makes a notebook of what is read of it, and nothing else: its cells and their marks."""
    cells = [
        {
            "cell_type": str(cell["cell_type"]),
            "source": cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"]),
            "metadata": _marks_of(cell.get("metadata") or {}),
        }
        for cell in plain["cells"]
    ]
    make: Any = nbformat.from_dict  # nbformat has no types
    notebook: NotebookNode = make({"cells": cells, "metadata": {KEY: plain["metadata"].get(KEY)}})
    return notebook


def _marks_of(metadata: Any) -> dict[str, Any]:
    mark = metadata.get(KEY)
    return {
        "tags": [str(tag) for tag in metadata.get("tags") or ()],
        KEY: {name: str(value) for name, value in mark.items()} if isinstance(mark, dict) else {},
    }


def _parse_manifest(file: Path, text: str) -> Manifest | None:
    try:
        return _check_manifest(file, json.loads(text))
    except (ValueError, RecursionError):
        raise _refuse(file, "its manifest is damaged", "give the file as it was exported") from None
    except ExportError as error:
        raise _refuse(file, str(error).partition(";")[0], "give the file as it was exported") from None


def _check_manifest(file: Path, content: object) -> Manifest | None:
    manifest = Manifest.of_notebook(content)
    _check_count(file, len(manifest.paragraphs))
    return manifest if manifest.paragraphs else None


def _check_count(file: Path, count: int) -> None:
    if count > MAX_PARAGRAPHS:
        raise _refuse(file, f"more than {MAX_PARAGRAPHS:,} paragraphs", "give the letter alone")


def _choose_manifest(file: Path, read: _FileContent, against: Path | str | Manifest | None) -> tuple[Manifest, str]:
    if isinstance(against, Manifest):
        return against, "of the run"
    if against is not None:
        return read_manifest(against), f"of {against}"
    if read.manifest is not None:
        return read.manifest, "in the file"
    if read.text is None:
        raise _refuse(file, "carries no manifest of paragraphs", "export the run again, or name a file that has one")
    for beside in _list_beside(file):
        try:
            return read_manifest(beside), f"of {beside.name} beside it"
        except InputError:
            continue
    remedy = "put petition.ipynb of the same export beside it, or name it with --manifest"
    raise _refuse(file, "a PDF carries no manifest, and no file beside it has one", remedy)


def _list_beside(file: Path) -> Iterator[Path]:
    for suffix in (".ipynb", ".docx", ".html"):
        if (beside := file.with_suffix(suffix)).is_file():
            yield beside


def _compare_digests(read: _FileContent, manifest: Manifest, file: Path) -> Iterator[str]:
    claims = digest_claims(manifest.paragraphs)
    if claims and manifest.claims_sha256 and claims != manifest.claims_sha256:
        yield "manifest: its claim table is not the one whose digest it holds"
    digest = manifest.digest()
    own = read.digest if read.manifest is None else read.manifest.digest()
    if own is None:
        yield f"manifest: {file.name} names none"
    elif own != digest:
        yield f"manifest: {file.name} names {own[:12]}, and the one compared with is {digest[:12]}"
        if read.manifest is not None:
            yield from compare_origins(manifest, read.manifest)


def _find_manifest_file(file: Path) -> Path:
    """Returns where the signed manifest of a file stands: it itself, or beside it."""
    return file if file.suffix.lower() == ".json" else file.with_suffix(f".{MANIFEST}")


def _read_pages(volume: Path) -> list[str]:
    raw = read_content(volume, str(volume))
    if len(raw) > MAX_BYTES:
        raise _refuse(
            volume, f"more than {MAX_BYTES // 1_000_000} MB, too large to compare by paragraphs", "bind it again"
        )
    pages: list[str] = _read_in_child(volume, raw)["pages"]
    return pages


def _add_signature(result: Verification, signed: bytes, manifest: Path, public_key: Path | str | None) -> Verification:
    """Adds what is known of the manifest's signature, which must be there where a key was named for this file."""
    key = Settings.from_env().public_key if public_key is None else Path(public_key)
    checked = check_signature(signed, manifest.with_name(f"{manifest.name}{SIGNATURE}"), key)
    if public_key is not None and checked.status == "unsigned":
        checked = replace(checked, status="wrong", reason=f"there is no {manifest.name}{SIGNATURE} beside it")
    return replace(result, signature=checked)


def _refuse(file: Path | str, what: str, remedy: str) -> InputError:
    return InputError(Problem(what=what, remedy=remedy, file=str(file)))
