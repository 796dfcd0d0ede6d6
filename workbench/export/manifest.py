"""Metadata of a petition notebook: its run and its facts.

The manifest stands in the notebook's metadata under ``workbench``. It names no machine and no path. Of the users it
names those who approved or edited a section and, in the audit record where the caller gives one, those who acted on
the run. The other formats carry it as :meth:`Manifest.for_files` reduces it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import ExportError
from workbench.export.letter_style import LetterStyle
from workbench.live.audit import AuditEntry
from workbench.live.snapshot import AuditHead, ExhibitState, LetterHead
from workbench.text.notebook_marks import NOTEBOOK_KEY

KEY = NOTEBOOK_KEY
"""Key of the manifest in the notebook's metadata, and of a cell's mark in the cell's metadata."""

SCHEMA = 1

MANIFEST = "manifest.json"
"""Extension of the manifest as a file of its own, which is written where it is signed."""

PACKAGE_FILE = "package.json"
"""Manifest of a package."""

SIGNATURE = ".minisig"
"""Added to the name of a file that is signed."""

NOTES = "notes"
"""Part of the letter that holds its notes, in the order of their numbers."""

CLAIMS = "claim table"
"""Part of the letter whose paragraphs the manifest's digest leaves out, since only some files have it; the digest holds
that of the table."""


class _Part(BaseModel):
    # A notebook that a later version wrote has fields unknown here, and is still to be exported.
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class FindingCounts(_Part):
    """Number of findings of each severity in a section."""

    error: int = 0
    warning: int = 0
    info: int = 0


class ManifestSection(_Part):
    """Origin of one section.

    Attributes:
        section_id: From the catalogue.
        title: Heading.
        status: The section's status in the snapshot.
        attempts: Drafts written.
        prompt_version: ``<section_id>@<digest>+<digest>``, or None before drafting; see the snapshot.
        sha256: Of the section's content in the snapshot, UTF-8, hexadecimal.
        source_sha256: Of the cell's source as written, to tell an edit in the notebook.
        findings: Counts by severity.
        approved_by: The user whose approval stands, or None.
        model: What wrote the last draft; empty where the run does not say.
        passages_sha256: Of the passages of the exhibits that the draft was written with, or None.
        findings_sha256: Of what the checks say; see :mod:`workbench.export.manifest_section`.
        decisions_sha256: Of approval, reasons, decisions and comments on sentences; as above.
        approved_sha256: Of the content that was approved, or None; the approval holds where it equals ``sha256``.
        approval_note: The reason given with the approval, which lifts the errors of the checks, or None.
        edited_by: The user who wrote the content by hand, or None where the machine did.
    """

    section_id: str
    title: str
    status: str
    attempts: int
    prompt_version: str | None
    sha256: str
    source_sha256: str
    findings: FindingCounts
    model: str = ""
    passages_sha256: str | None = None
    findings_sha256: str = ""
    decisions_sha256: str = ""
    approved_by: str | None = None
    approved_sha256: str | None = None
    approval_note: str | None = None
    edited_by: str | None = None


class ManifestParagraph(_Part):
    """One paragraph of the letter, as its files show it.

    Attributes:
        part: Of the letter: ``head``, ``section III``, ``exhibit index``.
        number: Within its part, from 1.
        section_id: The section that it is in, whose entry holds its prompt version, model, passages, findings and
            decisions; None outside the sections of the run.
        start: Its first words.
        length: Characters without white space.
        sha256: Of its text (NFC, one space for any white space), UTF-8, hexadecimal.
        solid_sha256: The same without white space, for PDF.
        repeats: Whether it is the heads of a table's columns, which a PDF shows on each page of the table.
    """

    part: str
    number: int
    start: str
    length: int
    sha256: str
    solid_sha256: str
    section_id: str | None = None
    repeats: bool = False

    @property
    def place(self) -> str:
        """Name of the paragraph's place, such as ``section III, paragraph 2``."""
        return f"{self.part}, paragraph {self.number}"


class OpenItem(_Part):
    """One thing to be settled before filing.

    ``severity`` is ``error``, ``warning`` or ``open``.
    """

    severity: str
    text: str


class OpenGroup(_Part):
    """Open items of a section, the exhibits, or the document."""

    title: str
    items: tuple[OpenItem, ...]


class Manifest(_Part):
    """The manifest of a petition notebook.

    Attributes:
        schema_: Version of this format.
        made_by: Name and version of the package that wrote the notebook.
        thread_id: The run.
        case_id: The case.
        case_digest: sha256 of the case.
        status: The run's status.
        model: Label of what wrote the text.
        last_event_id: The last event that this export has seen.
        updated_at: Moment of that event, ISO-8601 UTC; every date inside the rendered files is this one.
        final: Whether this is the text to be filed rather than a draft.
        letter: Head of the letter.
        sections: In order.
        exhibits: In the order of their numbers.
        open: What stands in the list "Open before filing"; empty in a final notebook.
        audit: Who did what when, in order, as the run recorded it; empty where the caller gave no record.
        findings_sha256: Of what the checks say of the letter as a whole.
        record: Count and last hash of the run's audit record, by which the record itself is known again.
        paragraphs: Of the letter, in order.
        style: Of the letter; None: the product's own.
        claims_sha256: Of the claim table, which only some files show, as :func:`digest_claims` computes it; empty where
            none was asked for.
    """

    # ``schema`` is a method of pydantic's models, so the field has another name than its key.
    schema_: int = Field(default=SCHEMA, alias="schema")
    made_by: str = ""
    thread_id: str = ""
    case_id: str = ""
    case_digest: str = ""
    status: str = ""
    model: str = ""
    last_event_id: str = ""
    updated_at: str = ""
    # A notebook without a manifest must never pass for a final petition.
    final: bool = False
    letter: LetterHead = LetterHead()
    sections: tuple[ManifestSection, ...] = ()
    exhibits: tuple[ExhibitState, ...] = ()
    open: tuple[OpenGroup, ...] = ()
    audit: tuple[AuditEntry, ...] = ()
    findings_sha256: str = ""
    record: AuditHead | None = None
    paragraphs: tuple[ManifestParagraph, ...] = ()
    style: LetterStyle | None = None
    claims_sha256: str = ""

    def for_files(self) -> Manifest:
        """Returns the manifest as files carry it that leave the firm.

        Who did what, the open list and the reasons of approvals are the firm's own; hashes stand for them. So are the
        documents that are kept on file. Of the style's files the digests are left.
        """
        sections = tuple(section.model_copy(update={"approval_note": None}) for section in self.sections)
        filed = tuple(exhibit for exhibit in self.exhibits if exhibit.filed)
        style = self.style and self.style.without_files()
        return self.model_copy(
            update={"sections": sections, "exhibits": filed, "open": (), "audit": (), "style": style}
        )

    def to_bytes(self) -> bytes:
        """Serialises :meth:`for_files` as it is signed: the same for every format of one export."""
        paragraphs = tuple(each for each in self.paragraphs if each.part != CLAIMS)
        manifest = self.for_files().model_copy(update={"paragraphs": paragraphs})
        # Without defaults: a field that a later version adds must not change the bytes of an earlier manifest.
        plain = manifest.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)

    def digest(self) -> str:
        """Computes the sha256 of :meth:`to_bytes`."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON values for the notebook's metadata."""
        return self.model_dump(mode="json", by_alias=True)

    @classmethod
    def of_notebook(cls, notebook_metadata: object) -> Manifest:
        """Reads the manifest of a notebook.

        A notebook without one gets an empty manifest, that is a draft.

        Raises:
            ExportError: The manifest is there and cannot be read.
        """
        try:
            return cls.model_validate(notebook_metadata or {})
        except ValidationError as error:
            # The first error only: it names a place to look at, and the remedy is the same for all.
            place = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise ExportError(
                f"metadata.{KEY}.{place} of the notebook cannot be read: {error.errors()[0]['msg']}; "
                "write the notebook again from its run"
            ) from None


def digest_claims(paragraphs: Iterable[ManifestParagraph]) -> str:
    """Computes the sha256 of the hashes of the claim table's paragraphs, in order; empty where there are none."""
    hashes = [each.sha256 for each in paragraphs if each.part == CLAIMS]
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest() if hashes else ""


def edits_by_hand(manifest: Manifest) -> str:
    """Names the sections written by hand, in a sentence.

    Empty where there are none.
    """
    edited = [f"{section.title} by {section.edited_by}" for section in manifest.sections if section.edited_by]
    return f"Edited by hand: {'; '.join(edited)}." if edited else ""


@cache
def made_by() -> str:
    """Returns this package's name and version."""
    return f"eb1a-workbench {metadata.version('eb1a-workbench')}"
