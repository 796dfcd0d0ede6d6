"""Manifest of a package: what each volume and each exhibit of it is, with digests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from workbench.export.filing_invariants import FilingInvariant
from workbench.export.manifest import PACKAGE_FILE, Manifest, made_by
from workbench.export.package_exhibits import PreparedExhibit
from workbench.export.package_volumes import Part, Volume
from workbench.export.volume_index import describe_pages
from workbench.export.volume_pdf import BoundVolume
from workbench.live.snapshot import Snapshot
from workbench.text.atomic_write import USER_ONLY, write_whole

SCHEMA = 1


@dataclass(frozen=True)
class VolumeFile:
    """One file of a package.

    Attributes:
        file: Its name.
        pages: Number of its pages.
        size: Bytes.
        sha256: Of its bytes, hexadecimal.
        links: Links of letter and index that lead to a page of an exhibit.
        letter: Pages of the letter, at its head.
    """

    file: str
    pages: int
    size: int
    sha256: str
    links: int
    letter: int = 0


def list_volume_files(volumes: Sequence[Volume], bound: Sequence[BoundVolume], folder: Path) -> tuple[VolumeFile, ...]:
    """Lists the volumes as they were written."""
    files = []
    for volume, result in zip(volumes, bound, strict=True):
        path = folder / volume.file
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        files.append(VolumeFile(volume.file, result.pages, path.stat().st_size, sha256, result.links, volume.letter))
    return tuple(files)


def write_manifest(
    folder: Path,
    snapshot: Snapshot,
    settings: Mapping[str, object],
    *,
    letter: Manifest | None,
    files: Sequence[VolumeFile],
    volumes: Sequence[Volume],
    exhibits: Sequence[PreparedExhibit],
    invariants: Sequence[FilingInvariant],
) -> str:
    """Writes ``package.json`` and returns its name.

    It names no path and no machine.

    Args:
        folder: For the file.
        snapshot: The run.
        settings: Further entries, such as the profile.
        letter: Manifest of the letter, without the firm's own words.
        files: The volumes as they were written.
        volumes: The same as they were planned.
        exhibits: All, also those that are not bound.
        invariants: The conditions of a filing.
    """
    places: dict[int, list[dict[str, Any]]] = {}
    for volume in volumes:
        for part, start in volume.starts():
            places.setdefault(part.exhibit.number, []).append(_describe_place(volume, part, start))
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "made_by": made_by(),
        "thread_id": snapshot.thread_id,
        "case_id": snapshot.case_id,
        "case_digest": snapshot.case_digest,
        "last_event_id": snapshot.last_event_id,
        "updated_at": snapshot.updated_at,
        **settings,
        "letter": None if letter is None else letter.for_files().to_dict(),
        "volumes": [asdict(file) for file in files],
        "exhibits": [_describe_exhibit(exhibit, places.get(exhibit.number, [])) for exhibit in exhibits],
        "invariants": [
            {"name": each.name, "status": each.status, "reasons": list(each.reasons)} for each in invariants
        ],
    }
    write_whole(folder / PACKAGE_FILE, orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n", mode=USER_ONLY)
    return PACKAGE_FILE


def _describe_exhibit(exhibit: PreparedExhibit, places: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "number": exhibit.number,
        "exhibit_id": exhibit.state.exhibit_id,
        "title": exhibit.state.title,
        "file": exhibit.file,
        "sha256": exhibit.state.sha256,
        "pages": len(exhibit.labels) if exhibit.path is not None else 0,
        "trouble": exhibit.trouble,
        "notes": list(exhibit.notes),
        "places": places,
    }


def _describe_place(volume: Volume, part: Part, start: int) -> dict[str, Any]:
    return {"volume": volume.number, "pages": describe_pages(part), "cover": start + 1, "last": start + part.length}
