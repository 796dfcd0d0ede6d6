"""The petition's files, written all or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import nbformat
from nbformat import NotebookNode

from workbench.errors import ExportError, InputError, Problem, make_write_error, printable
from workbench.export.claim_appendix import make_appendix
from workbench.export.claims import ClaimRow
from workbench.export.html import render_html
from workbench.export.letter_style import LetterStyle, find_style
from workbench.export.manifest import KEY, MANIFEST, SIGNATURE, digest_claims
from workbench.export.notebook import petition_notebook
from workbench.export.paragraphs import describe_paragraphs, list_paragraphs
from workbench.export.pdf import render_pdf
from workbench.export.petition import Petition, read_petition
from workbench.export.written_files import WrittenFiles
from workbench.live.audit import AuditEntry
from workbench.live.snapshot import Snapshot
from workbench.text.atomic_write import USER_ONLY, make_private_folder, replace_whole
from workbench.text.entry_points import EXPORTERS, Plugin, find_plugin, list_plugins

if TYPE_CHECKING:
    from workbench.export.signing import ManifestSigner
    from workbench.export.word_comments import WordComment


class Rendering(NamedTuple):
    """Source of every format: notebook and petition, the comments of a draft, and what a redline compares with."""

    notebook: NotebookNode
    petition: Petition
    comments: tuple[WordComment, ...] = ()
    earlier: Petition | None = None


REDLINE_FILE = "petition-redline.docx"
"""Name of a Word document with tracked changes, which does not take the place of the one without."""


def _render_word(source: Rendering) -> bytes:
    # Here and in _list_comments: python-docx takes as long to import as the other writers together.
    if source.earlier is None:
        from workbench.export.docx import render_docx  # noqa: PLC0415

        return render_docx(source.petition, source.comments)
    from workbench.export.word_redline import render_redline  # noqa: PLC0415

    return render_redline(source.earlier, source.petition, source.comments)


def _list_comments(snapshot: Snapshot) -> tuple[WordComment, ...]:
    from workbench.export.review_comments import list_comments  # noqa: PLC0415

    return list_comments(snapshot)


_WRITES: Any = nbformat.writes  # nbformat has no types
FORMATS: dict[str, Callable[[Rendering], bytes]] = {
    # nbformat.writes ends without a line feed, nbformat.write with one.
    "ipynb": lambda source: (_WRITES(source.notebook) + "\n").encode(),
    "html": lambda source: render_html(source.petition).encode(),
    "pdf": lambda source: render_pdf(source.petition),
    "docx": _render_word,
}
"""Every format of the workbench by its file extension."""

_EXTENSION = re.compile(r"[a-z0-9][a-z0-9_-]{0,15}")


def export_petition(  # noqa: PLR0913 - each keyword is one choice of a file
    snapshot: Snapshot,
    *,
    to: Collection[str] = tuple(FORMATS),
    out: Path | str,
    final: bool = False,
    audit: Iterable[AuditEntry] | None = None,
    claims: Iterable[ClaimRow] | None = None,
    redline: Snapshot | None = None,
    style: LetterStyle | None = None,
    signer: ManifestSigner | None = None,
) -> WrittenFiles:
    """Writes a run's petition as ``petition.<format>``, finished or not.

    Args:
        snapshot: The run.
        to: Formats, of :data:`FORMATS` or of plug-ins of the group ``workbench.exporters``.
        out: Folder; made where it is missing.
        final: Whether to write the text to be filed: without draft marks and open list.
        audit: Who did what when, in order (``run.audit()``): it goes into the notebook's manifest. With ``final`` it
            must be whole.
        claims: The claim table, of :func:`workbench.export.claims.list_claims`: it becomes an appendix of the page, the
            PDF and the Word document. With ``final`` that holds statements and citations only.
        redline: Another moment or run (``run.at(event_id)``): the Word document, ``petition-redline.docx``, then has
            tracked changes against it. Goes with neither ``final`` nor ``claims``.
        style: Of the letter (:func:`workbench.read_style`); None: the firm's, where ``WORKBENCH_STYLE`` names it, or
            the product's own.
        signer: Of :func:`workbench.find_signer`: signs the manifest, which is then written as a file, too. None: it is
            not signed.

    Returns:
        The files by format, in the order asked for, which a notebook shows as links; with ``signer`` also
        ``manifest.json`` and its signature, ``manifest.json.minisig``. Files of those names are replaced.

    Raises:
        InputError: An unknown format, a folder that cannot be written, or ``redline`` of another case or with what it
            does not go with.
        ExportError: ``final``, and something stands against it (one reason a line), or a format cannot be rendered.

    Examples:
        >>> import workbench
        >>> options = workbench.RunOptions(sections=("awards",), unattended=True)
        >>> run = workbench.start("wu", options=options)
        >>> snapshot = run.wait()
        >>> files = workbench.export_petition(snapshot, to=["html"], out="out")
        >>> files["html"].name
        'petition.html'
        >>> start = run.at(run.history()[0].id)
        >>> workbench.export_petition(snapshot, to=["docx"], out="out", redline=start)["docx"].name
        'petition-redline.docx'
    """
    renderers = _find_renderers(to)
    if redline is not None:
        _check_redline(to, snapshot, redline, final=final, claims=claims is not None)
    folder = Path(out)
    style = style or find_style()
    notebook = petition_notebook(snapshot, final=final, audit=audit, style=style)
    # Read back from the notebook, so that nbconvert makes the same files of it later.
    # A file to be filed has no comments.
    petition = read_petition(notebook)
    if claims is not None:
        petition = replace(petition, claims=make_appendix(claims, final=final))
        paragraphs = describe_paragraphs(list_paragraphs(petition))
        # In the notebook as well, which shows no such table: all formats have one digest.
        digest = notebook.metadata[KEY]["claims_sha256"] = digest_claims(paragraphs)
        if petition.manifest is not None:
            changes = {"paragraphs": paragraphs, "claims_sha256": digest}
            petition = replace(petition, manifest=petition.manifest.model_copy(update=changes))
    earlier = None if redline is None else read_petition(petition_notebook(redline, style=style))
    comments = _list_comments(snapshot) if "docx" in to and not final else ()
    source = Rendering(notebook, petition, comments, earlier)
    # All formats before the first file: what one of them cannot render must not leave new files beside old ones.
    rendered = {kind: render(source) for kind, render in renderers.items()}
    manifest = petition.manifest.to_bytes() if petition.manifest is not None else b""
    if signer is not None:
        rendered[MANIFEST] = manifest
        rendered[f"{MANIFEST}{SIGNATURE}"] = signer.sign_of_run(manifest, snapshot)
    try:
        make_private_folder(folder)
        if signer is None:
            _remove_other_manifest(folder, manifest)
        return _write_files(rendered, folder, {} if redline is None else {"docx": REDLINE_FILE})
    except OSError as error:
        raise make_write_error(error, out, "name a folder that you may write to", field="out") from None


def _remove_other_manifest(folder: Path, manifest: bytes) -> None:
    """Removes a signed manifest of another state: beside the new files it would say that they were changed."""
    file = folder / f"petition.{MANIFEST}"
    if file.is_file() and file.read_bytes() != manifest:
        file.with_name(f"{file.name}{SIGNATURE}").unlink(missing_ok=True)
        file.unlink()


def _find_renderers(to: Collection[str]) -> dict[str, Callable[[Rendering], bytes]]:
    """Returns the function of each format; InputError for a format or a plug-in that cannot be used."""
    renderers: dict[str, Callable[[Rendering], bytes]] = {}
    unknown = []
    for kind in to:
        if kind in FORMATS:
            renderers[kind] = FORMATS[kind]
        # Before the look at all installed packages: the name becomes part of a file's.
        elif _EXTENSION.fullmatch(kind) and (plugin := find_plugin(EXPORTERS, kind)) is not None:
            renderers[kind] = _load_plugin(plugin)
        else:
            unknown.append(kind)
    if unknown or not to:
        known = ", ".join([*FORMATS, *(plugin.name for plugin in list_plugins(EXPORTERS))])
        what = f"unknown format {', '.join(map(repr, unknown))}" if unknown else "no format named"
        raise InputError(Problem(what=what, remedy=f"choose from {known}", field="to"))
    return renderers


def _load_plugin(plugin: Plugin) -> Callable[[Rendering], bytes]:
    export = plugin.load_function()

    def render(source: Rendering) -> bytes:
        try:
            content = export(source.petition)
        # Foreign code: whatever it raises, no file has been written yet.
        except Exception as error:  # noqa: BLE001
            raise ExportError(printable(f"{plugin} raised {type(error).__name__}: {error}")) from None
        if isinstance(content, str):
            content = content.encode()
        if not isinstance(content, bytes):
            raise ExportError(f"{plugin} returned {type(content).__name__}, not bytes or text")
        return content

    return render


def _check_redline(to: Collection[str], snapshot: Snapshot, earlier: Snapshot, *, final: bool, claims: bool) -> None:
    if "docx" not in to:
        raise InputError(Problem("only a docx can have tracked changes", "add docx to the formats", field="redline"))
    if final or claims:
        what = "a redline is no final" if final else "a redline has no claim table"
        raise InputError(Problem(what, "export the two files one after the other", field="redline"))
    if earlier.case_id != snapshot.case_id:
        what = f"run {earlier.thread_id} is of the case {earlier.case_id}, not of {snapshot.case_id}"
        raise InputError(Problem(what, "name an earlier moment, or a run of the same case", field="redline"))


def _write_files(rendered: dict[str, bytes], out: Path, names: Mapping[str, str]) -> WrittenFiles:
    """Writes every file beside its place, then moves all.

    A full disk leaves the old files as they were.
    """
    files = WrittenFiles({kind: out / names.get(kind, f"petition.{kind}") for kind in rendered})
    # The drafts take their places when the stack ends, after every one of them is on disk.
    with ExitStack() as moves:
        for kind, content in rendered.items():
            file = moves.enter_context(replace_whole(files[kind], mode=USER_ONLY))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # before the first of them takes its place
    return files
