"""Filing package of a run: letter and exhibits bound in volumes, with a manifest."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pikepdf

from workbench.case.reading_pool import CORES
from workbench.errors import ExportError, InputError, Problem, choose_remedy
from workbench.export.filing_invariants import FilingInvariant, check_invariants
from workbench.export.letter_style import LetterStyle, find_style
from workbench.export.manifest import PACKAGE_FILE, SIGNATURE
from workbench.export.notebook import build_notebook
from workbench.export.package_exhibits import PreparedExhibit, prepare_exhibits
from workbench.export.package_manifest import VolumeFile, list_volume_files, write_manifest
from workbench.export.package_volumes import PROFILES, PageTable, Profile, Volume, plan_volumes
from workbench.export.pdf import render_pdf
from workbench.export.petition import find_moment, read_petition
from workbench.export.volume_index import PackageText, count_pages, list_cited, typeset_covers, typeset_sheets
from workbench.export.volume_pdf import BoundVolume, VolumeBinder
from workbench.export.written_files import WrittenFiles
from workbench.live.audit import AuditEntry
from workbench.live.snapshot import ExhibitState, Snapshot
from workbench.text.atomic_write import USER_ONLY, make_private_folder, sync_folder, write_whole

if TYPE_CHECKING:
    from workbench.export.signing import ManifestSigner

PackageProgress = Callable[[str, int, int], None]
"""Called with what is being done, how many of it are done, and of how many."""

_TRIES = 8
"""Plans of volumes; the sizes of pages are known in part only before they are bound."""


class PackagedRun(Protocol):
    """Run, or snapshot with its exhibits, from which a package is made."""

    @property
    def snapshot(self) -> Snapshot:
        """State that is bound."""

    def exhibit_file(self, exhibit_id: str) -> tuple[str, bytes]:
        """Returns an exhibit's file: name and bytes."""


@dataclass(frozen=True)
class FilingPackage:
    """Files of a package, and what is to be known of them.

    Attributes:
        folder: Where they are.
        volumes: In order.
        troubles: Exhibits that could not be bound, one line each; a sheet in their place says why.
        duplicates: Exhibits that are the same document, one line for each group.
        notes: What the binding changed in an exhibit or left out, one line each.
        invariants: The five conditions of a filing.
        manifest: The file ``package.json``.
        signature: Its signature, or None where it is not signed.
    """

    folder: Path
    volumes: tuple[VolumeFile, ...]
    troubles: tuple[str, ...]
    duplicates: tuple[str, ...]
    notes: tuple[str, ...]
    invariants: tuple[FilingInvariant, ...]
    manifest: Path
    signature: Path | None = None

    def __repr__(self) -> str:
        pages = sum(volume.pages for volume in self.volumes)
        return f"<FilingPackage: {len(self.volumes)} volumes, {pages} pages, {len(self.troubles)} exhibits not bound>"

    @property
    def files(self) -> WrittenFiles:
        """Its files by name, the volumes first; a notebook shows them as links."""
        made = [*(self.folder / volume.file for volume in self.volumes), self.manifest]
        return WrittenFiles({path.name: path for path in (*made, self.signature) if path is not None})


def export_package(
    run: PackagedRun,
    *,
    out: Path | str,
    profile: str = "paper",
    final: bool = False,
    audit: Iterable[AuditEntry] | None = None,
    style: LetterStyle | None = None,
    signer: ManifestSigner | None = None,
    on_progress: PackageProgress = lambda *_: None,
) -> FilingPackage:
    """Binds a run's letter and exhibits in volumes ``volume-1.pdf``, …, with the manifest ``package.json``.

    The first volume opens with the letter, whose citations are links to the pages they name. Each volume has an index,
    covers, bookmarks, page labels and, at the foot of each page, the exhibit's page and the volume's.

    Args:
        run: With its exhibits on this machine.
        out: Folder; made where it is missing. Volumes of an earlier package there are replaced.
        profile: ``paper``: volumes of at most 500 pages; ``online``: files of at most 11.5 MB.
        final: Whether to bind the text to be filed: without draft marks, and with every exhibit.
        audit: Who did what when (``run.audit()``); with ``final`` it must be whole.
        style: Of letter, covers, stamps and index (:func:`workbench.read_style`); None: the firm's, as for
            :func:`workbench.export_petition`.
        signer: Of :func:`workbench.find_signer`: signs ``package.json``, as ``package.json.minisig``.
        on_progress: Called in this thread.

    Returns:
        The files, and what stands against filing them.

    Raises:
        InputError: An unknown profile, or a folder that cannot be written.
        ExportError: ``final``, and something stands against it (one reason a line), or the letter cannot be rendered.

    Examples:
        >>> import workbench
        >>> options = workbench.RunOptions(sections=("awards",), unattended=True)
        >>> run = workbench.start("wu", options=options)
        >>> snapshot = run.wait()
        >>> package = workbench.export_package(run, out="package")
        >>> package.volumes[0].file, package.troubles
        ('volume-1.pdf', ())
    """
    if profile not in PROFILES:
        what = f"unknown profile {profile!r}"
        raise InputError(Problem(what, f"choose from {', '.join(PROFILES)}", field="profile"))
    folder, snapshot = Path(out), run.snapshot
    at = find_moment(snapshot.updated_at, snapshot.letter.filing_date)
    filed = tuple(exhibit for exhibit in snapshot.exhibits if exhibit.filed)
    same = _find_same(filed)
    try:
        is_new = not folder.exists()
        make_private_folder(folder)
        # Beside the volumes' places, so that a volume takes its name in one step.
        work = Path(tempfile.mkdtemp(prefix=".package-", dir=folder))
        try:
            exhibits = []
            with prepare_exhibits(filed, run.exhibit_file, work, at) as prepared:
                # Letter, covers and index name an exhibit in one form, that of the firm.
                notebook = build_notebook(snapshot, final=final, audit=audit, style=style or find_style())
                petition = read_petition(notebook, pinned=True)
                letter = render_pdf(petition)
                for exhibit in prepared:
                    exhibits.append(exhibit)
                    on_progress("exhibits made ready", len(exhibits), len(filed))
            if final:
                _refuse_troubles(exhibits)
            text = PackageText(petition.title, petition.draft, at, list_cited(petition), same, petition.style.label)
            binder = _Binder(PROFILES[profile], text, letter, work, on_progress)
            binder.bind(exhibits)
            if final:  # a page that is too large for a file is known only now
                _refuse_troubles(binder.exhibits)
            bound = [part.exhibit.number for volume in binder.volumes for part in volume.parts if part.ordinal == 1]
            dead_links = sum(each.dead_links for each in binder.bound)
            invariants = check_invariants(snapshot, binder.exhibits, bound=bound, dead_links=dead_links)
            if final and (reasons := [str(each) for each in invariants if each.bars]):
                raise ExportError("not packaged as final:\n" + "\n".join(reasons))
            files = list_volume_files(binder.volumes, binder.bound, work)
            duplicates = _name_duplicates(same)
            settings = {"profile": profile, "final": final, "duplicates": duplicates}
            manifest = write_manifest(
                work,
                snapshot,
                settings,
                letter=petition.manifest,
                files=files,
                volumes=binder.volumes,
                exhibits=binder.exhibits,
                invariants=invariants,
            )
            signatures = _sign(work, manifest, signer, snapshot)
            _take_places(work, folder, [*(file.file for file in files), *signatures, manifest])
        finally:
            shutil.rmtree(work, ignore_errors=True)
            if is_new:
                with suppress(OSError):  # it holds the package
                    folder.rmdir()
    except OSError as error:
        raise InputError(
            Problem(
                what=f"cannot be written: {error.strerror or error}",
                remedy=choose_remedy(
                    error,
                    out,
                    "name a folder that you may write to, on a disk with room for the volumes twice",
                ),
                file=str(out),
                field="out",
            )
        ) from None
    return FilingPackage(
        folder=folder,
        volumes=files,
        troubles=_name_troubles(binder.exhibits),
        duplicates=duplicates,
        notes=tuple(f"Exhibit {each.number}: {note}" for each in binder.exhibits for note in each.notes),
        invariants=invariants,
        manifest=folder / PACKAGE_FILE,
        signature=folder / signatures[0] if signatures else None,
    )


class _Binder:
    """Plans the volumes and binds them, again where one comes out too large.

    Attributes:
        exhibits: As they were bound.
        volumes: The plan that holds.
        bound: What became of each volume.
    """

    def __init__(
        self, profile: Profile, text: PackageText, letter: bytes, folder: Path, on_progress: PackageProgress
    ) -> None:
        self.exhibits: list[PreparedExhibit] = []
        self.volumes: list[Volume] = []
        self.bound: list[BoundVolume] = []
        self._profile = profile
        self._text = text
        self._letter = letter
        self._folder = folder
        self._on_progress = on_progress
        self._factor = 1.0

    def bind(self, exhibits: Sequence[PreparedExhibit]) -> None:
        """Binds all exhibits.

        Raises:
            ExportError: The letter alone is too large for the profile, or no plan was found.
        """
        self.exhibits = list(exhibits)
        for _ in range(_TRIES):
            self._plan()
            # Typst computes without Python's lock: sheets are set beside the binding.
            with ThreadPoolExecutor(CORES, thread_name_prefix="workbench-package") as threads:
                if self._bind_all(threads):
                    return
        raise ExportError(f"no volumes of the profile {self._profile.name} could be made; use --profile paper")

    def _plan(self) -> None:
        self.volumes = plan_volumes(
            self.exhibits,
            self._profile,
            letter_pages=count_pages(self._letter),
            letter_bytes=len(self._letter),
            weigh_pages=weigh_pages,
            factor=self._factor,
        )

    def _bind_all(self, threads: Executor) -> bool:
        """Binds the planned volumes; tells if each keeps the profile's bound."""
        self.bound = []
        planned, text = self.volumes, self._text
        covers = [threads.submit(typeset_covers, volume, text) for volume in planned]
        typeset = [threads.submit(typeset_sheets, volume, planned, text) for volume in planned]
        for place, cover in enumerate(covers):
            letter = self._letter if planned[place].letter else None
            with VolumeBinder(planned[place].parts, letter=letter, covers=cover.result()) as binder:
                if not place:  # the links of the first volume lead to all of them
                    self.volumes = [each.result().volume for each in typeset]
                    table = PageTable(self.volumes)
                volume = self.volumes[place]
                path = self._folder / volume.file
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, USER_ONLY), "wb") as file:
                    self.bound.append(binder.write(typeset[place].result(), table, text, file))
                    file.flush()
                    os.fsync(file.fileno())
            size = path.stat().st_size
            if self._profile.size is not None and size > self._profile.size:
                self._shrink(volume, size, self._profile.size)
                return False
            self._on_progress("volumes bound", volume.number, len(self.volumes))
        return True

    def _shrink(self, volume: Volume, size: int, limit: int) -> None:
        """Makes the next plan smaller, or gives up a page that is too large alone."""
        if not volume.parts:
            raise ExportError(
                f"the letter alone takes {size / 1e6:.1f} MB, more than a file of the profile {self._profile.name} may"
            )
        part = volume.parts[0]
        if len(volume.parts) > 1 or part.behind - part.first > 1 or volume.letter:
            self._factor *= max(1.1, 1.05 * size / limit)
            return
        page = part.exhibit.labels[part.first]
        refused = part.exhibit.refuse(
            f"page {page} alone takes {size / 1e6:.1f} MB, and a file may take {limit / 1e6:g}; "
            "save the exhibit with smaller pictures"
        )
        self.exhibits[self.exhibits.index(part.exhibit)] = refused


def weigh_pages(exhibit: PreparedExhibit) -> list[int]:
    """Sums the bytes of the streams that each page of an exhibit needs, those that it shares with others included."""
    if exhibit.path is None:
        return [0]
    with pikepdf.open(exhibit.path, access_mode=pikepdf.AccessMode.stream) as pdf:
        return [_weigh_object(page.obj) for page in pdf.pages]


def _weigh_object(top: pikepdf.Object) -> int:
    seen: set[tuple[int, int]] = set()
    total, waiting = 0, [top]
    while waiting:
        each = waiting.pop()
        if each.is_indirect:
            # Not up the tree, nor by a link to another page.
            if each.objgen in seen or (isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Pages"):
                continue
            if seen and isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Page":
                continue
            seen.add(each.objgen)
        if isinstance(each, pikepdf.Stream):
            total += int(each.get("/Length", 0))
        if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            waiting += [value for _, value in each.items() if isinstance(value, pikepdf.Object)]
        elif isinstance(each, pikepdf.Array):
            waiting += [value for value in each if isinstance(value, pikepdf.Object)]
    return total


def _find_same(exhibits: Iterable[ExhibitState]) -> dict[int, tuple[int, ...]]:
    """Finds the exhibits that are the same document as others, byte by byte."""
    numbers: dict[str, list[int]] = {}
    for exhibit in exhibits:
        if exhibit.sha256:
            numbers.setdefault(exhibit.sha256, []).append(exhibit.number)
    return {
        number: tuple(other for other in group if other != number)
        for group in numbers.values()
        if len(group) > 1
        for number in group
    }


def _name_duplicates(same: dict[int, tuple[int, ...]]) -> tuple[str, ...]:
    groups = dict.fromkeys(tuple(sorted((number, *others))) for number, others in same.items())
    return tuple(f"Exhibits {', '.join(map(str, group))} are the same document" for group in groups)


def _name_troubles(exhibits: Iterable[PreparedExhibit]) -> tuple[str, ...]:
    return tuple(
        f"Exhibit {each.number}{f' ({each.file})' if each.file else ''}: {each.trouble}"
        for each in exhibits
        if each.trouble is not None
    )


def _refuse_troubles(exhibits: Iterable[PreparedExhibit]) -> None:
    if lines := _name_troubles(exhibits):
        raise ExportError("not packaged as final:\n" + "\n".join(lines))


def _sign(work: Path, manifest: str, signer: ManifestSigner | None, snapshot: Snapshot) -> list[str]:
    """Signs the manifest where the firm has a key; returns the names of the files written."""
    if signer is None:
        return []
    signature = signer.sign_of_run((work / manifest).read_bytes(), snapshot, "package of ")
    write_whole(work / f"{manifest}{SIGNATURE}", signature, mode=USER_ONLY)
    return [f"{manifest}{SIGNATURE}"]


def _take_places(work: Path, folder: Path, names: Sequence[str]) -> None:
    """Moves the files to their places, the manifest last, and removes volumes that an earlier package had more."""
    stale = [folder / PACKAGE_FILE, folder / f"{PACKAGE_FILE}{SIGNATURE}"]
    # Only files that a package of this program names; others of the folder are none of ours.
    stale += [path for path in folder.glob("volume-*.pdf") if stale[0].exists() and path.stem[7:].isdigit()]
    # Without its manifest nobody takes a mixture of old and new for a package.
    for path in stale:
        if path.name not in names[:-1]:
            path.unlink(missing_ok=True)
    for name in names:
        (work / name).replace(folder / name)
    sync_folder(folder)
