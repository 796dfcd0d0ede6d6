"""The case: petitioner, claims, facts and exhibits.

Each fact names the exhibit pages that carry it. :class:`CaseFile` is ``case.yaml`` as its author writes it (and the
source of the JSON schema); :class:`Case` is the same after loading, with the text of every exhibit page. Both are
frozen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from workbench.case.citation import format_pages
from workbench.case.document_types import DOCUMENT_TYPES, DocumentKind, DocumentType
from workbench.case.ocr_engine import suggest_ocr
from workbench.case.open_points import OpenPoint
from workbench.case.pages import PageKind, format_confidence
from workbench.case.rfe import Rfe, RfeRequest
from workbench.case.signer import Opinion, Signer
from workbench.case.values import Cite, Day, Fact, Facts, Id, PartialDate, Strict, Text

__all__ = [
    "Beneficiary",
    "Case",
    "CaseFile",
    "Cite",
    "Claim",
    "ClaimedItem",
    "Counsel",
    "Document",
    "Exhibit",
    "ExhibitKind",
    "Fact",
    "Opinion",
    "Petitioner",
    "Pronouns",
    "Rfe",
    "RfeRequest",
    "Signer",
    "Strict",
    "read_span",
]


class ExhibitKind(StrEnum):
    """Kind of document of an exhibit."""

    AWARD = "award"
    MEMBERSHIP = "membership"
    BYLAWS = "bylaws"
    PUBLISHED_MATERIAL = "published_material"
    SCHOLARLY_ARTICLE = "scholarly_article"
    LETTER = "letter"
    CONTRACT = "contract"
    STATEMENT = "statement"
    RECORD = "record"
    BACKGROUND = "background"
    TRANSLATION = "translation"
    NOTICE = "notice"
    OTHER = "other"


class Pronouns(Strict):
    """The beneficiary's pronouns, as the letter must use them.

    Attributes:
        subject: ``she``, ``he``, ``they``.
        object: ``her``, ``him``, ``them``.
        possessive: ``her``, ``his``, ``their``.
    """

    subject: Text
    object: Text
    possessive: Text


class Beneficiary(Strict):
    """The person of extraordinary ability.

    Attributes:
        name: The canonical full name; any other spelling in a draft is a finding.
        surname: As used after the honorific.
        honorific: ``Dr.``, ``Ms.``, …
        pronouns: As the letter must use them.
    """

    name: Text
    surname: Text
    honorific: Text
    pronouns: Pronouns

    def __repr__(self) -> str:
        return f"<Beneficiary {self.full_reference}>"

    @property
    def reference(self) -> str:
        """Form of the name after the first mention: ``Dr. Wu``."""
        return f"{self.honorific} {self.surname}"

    @property
    def full_reference(self) -> str:
        """Name at the first mention: ``Dr. Chien-Shiung Wu``."""
        return f"{self.honorific} {self.name}"


class Petitioner(Strict):
    """The petitioner: the beneficiary, an employer or another person.

    Attributes:
        name: Of the person or organization.
        kind: ``person`` or ``organization``; None: not said. A link without names hides an organization's name as a
            whole, and each part of a person's.
        self_petition: Whether the beneficiary files.
        address: Line by line, as on the letter.
    """

    name: Text
    kind: Literal["person", "organization"] | None = None
    self_petition: bool = False
    address: tuple[Text, ...] = ()

    def __repr__(self) -> str:
        return f"<Petitioner {self.name}{', the beneficiary' if self.self_petition else ''}>"


class Counsel(Strict):
    """Signer of the letter.

    Attributes:
        name: The attorney.
        firm: The attorney's firm.
        address: Line by line, as on the letter.
    """

    name: Text
    firm: Text | None = None
    address: tuple[Text, ...] = ()


Elements = Mapping[Id, Facts]
"""Element id (from the catalogue in :mod:`workbench.case.criteria`) to the facts that fill it."""


class ClaimedItem(Strict):
    """A prize, association, article or role under a criterion.

    Attributes:
        title: Heading in the letter, such as ``National Medal of Science (1975)``.
        role: For criterion (viii): whether the role is argued as leading or as critical.
        elements: The filled elements of the criterion.
    """

    title: Text
    role: Literal["leading", "critical"] | None = None
    elements: Elements


class Claim(Strict):
    """One claimed criterion, one-time achievement, or comparable evidence.

    Attributes:
        criterion: Id in :data:`workbench.case.criteria.CRITERIA`: ``awards``, ``membership``, ….
        in_place_of: For comparable evidence: the criterion that does not readily apply.
        items: What is put forward under it.
    """

    criterion: Id
    in_place_of: Id | None = None
    items: Annotated[tuple[ClaimedItem, ...], Field(min_length=1)]

    def __repr__(self) -> str:
        return f"<Claim {self.criterion}: {len(self.items)} items>"


PageSpan = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}(-[0-9]{1,6})?$")]
"""``3`` or ``4-9``."""


def read_span(span: str) -> tuple[int, int]:
    """Returns the first and the last page of ``4-9``, or of ``3``."""
    first, _, last = span.partition("-")
    return int(first), int(last or first)


class Exhibit(Strict):
    """One exhibit as listed in ``case.yaml``.

    Its number follows the order of the list, of those that are filed first.

    Attributes:
        id: Stable id, used by every citation.
        title: As in the exhibit index.
        kind: What kind of document it is.
        date: Date of the document; None: not known yet, or the document has none.
        language: Of the document, ISO 639: two letters, or three where it has no two: ``en``, ``zh``, ``yue``.
        file: Path below the case folder: ``.pdf``, ``.docx``, ``.md``, ``.txt`` or a picture. Empty if missing.
        source: Where the document comes from.
        author: For published material and letters.
        independent: For letters: whether the author is independent of the beneficiary.
        translation: For foreign documents: id of the exhibit that is the certified translation.
        label: What a letter with a numbering of its own calls it, such as ``Exhibit F`` or ``(iv).1``.
        parts: Labels of the documents that are bound together in it, with their pages: ``{4a: 1-3, 4b: 4-9}``.
        filed: Whether it is filed with the document. One that is not, such as notes of a talk with a signer or another
            letter, is checked and compared, and stands in no index; only an expert letter may rest on it.
        missing: Whether it is listed but not at hand; it then has no file, and is never checked.
        reason: Of a missing exhibit: why it is not at hand.
    """

    id: Id
    title: Text
    kind: ExhibitKind
    date: PartialDate | None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")] = "en"
    file: Annotated[str, StringConstraints(pattern=r"^[^\r\n]*$")]
    source: Text
    author: Text | None = None
    independent: bool | None = None
    translation: Id | None = None
    label: Text | None = None
    parts: Mapping[Text, PageSpan] = Field(default_factory=dict)
    filed: bool = True
    missing: bool = False
    reason: Text | None = None

    def __repr__(self) -> str:
        return f"<Exhibit {self.id}: {self.title[:80]}, {self.kind.value}, {self.date or 'no date'}>"


class CaseFile(Strict):
    """``case.yaml``, schema 1.

    Attributes:
        schema_: Always 1.
        document_type: What is drafted: ``petition``; ``rfe_response``, which needs ``rfe``; or ``expert_letter``, which
            needs ``signer``.
        case_id: Name of the case; the folder's name by custom.
        title: For lists of cases.
        sample: Set on sample cases: a plain statement, printed on every export, of what is invented.
        filing_date: Date of filing; evidence of a later date is a finding. None: not set yet, and no petition is final.
        petitioner: Who files.
        beneficiary: The person of extraordinary ability.
        counsel: Who signs, or None for a self-petitioner without counsel.
        field_of_endeavor: The frozen phrase that the letter uses everywhere.
        sections: Section ids to draft, in order; None means every section the claims call for.
        claims: What is claimed; a petition needs the field, which is empty in a case that has just been taken in.
        rfe: For a response to a Request for Evidence: the officer's letter, its requests and the answers.
        signer: For an expert letter: who signs it, how the work is known, and the opinions with their facts.
        narrative: Facts of the sections that are no criterion: ``background``, ``final_merits``, ``continuing_work``,
            ``benefit``; each maps its elements to facts.
        exhibits: In the order in which they are numbered.
    """

    # By name, too: the loader makes a Case from the attributes of a CaseFile.
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    # ``schema`` is a method of pydantic's models.
    schema_: Literal[1] = Field(alias="schema")
    document_type: DocumentKind = "petition"
    case_id: Id
    title: Text
    sample: Text | None = None
    filing_date: Day | None
    petitioner: Petitioner
    beneficiary: Beneficiary
    counsel: Counsel | None = None
    field_of_endeavor: Text
    sections: tuple[Id, ...] | None = None
    claims: tuple[Claim, ...] = ()
    rfe: Rfe | None = None
    signer: Signer | None = None
    narrative: Mapping[Id, Elements] = Field(default_factory=dict)
    exhibits: Annotated[tuple[Exhibit, ...], Field(min_length=1)]


class Document(Strict):
    """The text of one exhibit.

    Attributes:
        sha256: Of the file's bytes, hexadecimal.
        pages: Text by page; ``pages[0]`` is page 1. Markdown, text and DOCX files have one page a form feed or
            explicit page break.
        has_text: False where no page has text (a scan without a text layer): the exhibit is listed, never checked,
            and never called verified.
        page_kinds: How much of each page was read; of a page without an entry nothing more is known than its text.
        not_read: Parts of the file that are in no page's text, such as ``comments``.
        encoding: Of a text, where it is not UTF-8.
        confidences: Of the text that OCR recognised on each page, from 0 to 1; None for a page without such text.
        missing: Why the document is not at hand, or its file cannot be read; None where it is. A missing one has no
            pages and no digest.
        remedy: Next step where the file cannot be read; None where there is none to read.
    """

    sha256: str
    pages: tuple[str, ...]
    has_text: bool = True
    page_kinds: tuple[PageKind, ...] = ()
    not_read: tuple[str, ...] = ()
    encoding: str = ""
    confidences: tuple[float | None, ...] = ()
    missing: str | None = None
    remedy: str | None = None

    def __repr__(self) -> str:
        return f"<Document of {len(self.pages)} pages{'' if self.has_text else ', without text'}>"

    def pages_of_kind(self, *kinds: PageKind) -> list[int]:
        """Lists the pages of some kinds, from 1."""
        return [number for number, kind in enumerate(self.page_kinds, start=1) if kind in kinds]

    @property
    def gaps(self) -> str:
        """Names the pages that were not read, or not in full: ``pp. 2-3 (scan)``."""
        gaps: tuple[PageKind, ...] = ("scan", "unreadable", "mixed")
        found = [(kind, self.pages_of_kind(kind)) for kind in gaps]
        return "; ".join(f"{format_pages(pages)} ({kind})" for kind, pages in found if pages)

    def describe_recognized(self, pages: Collection[int] = ()) -> str:
        """Names the pages whose text OCR recognised: ``pp. 2-3 (OCR, confidence 97 %)``.

        Args:
            pages: Only these, from 1; default all.
        """
        found: dict[str, list[int]] = {}
        for number, confidence in enumerate(self.confidences, start=1):
            if confidence is not None and (not pages or number in pages):
                found.setdefault(format_confidence(confidence), []).append(number)
        return "; ".join(f"{format_pages(numbers)} ({words})" for words, numbers in found.items())

    def list_warnings(self) -> Iterator[str]:
        """Yields what the attorney should know of a file, each to stand behind its title."""
        if self.missing is not None:
            yield f"is not at hand: {self.missing}; nothing that cites it can be checked"
        elif not self.has_text:
            yield f"has no text layer: it cannot be searched or checked{suggest_ocr()}"
        elif self.gaps:
            yield (
                f"was not read in full: {self.gaps}; these pages cannot be searched or checked in full{suggest_ocr()}"
            )
        if self.describe_recognized():
            yield f"holds recognized text, not typed text: {self.describe_recognized()}; compare it with the page"
        if self.not_read:
            yield f"holds more than its pages show here, which was not read: {', '.join(self.not_read)}"
        if self.encoding:
            yield f"is no UTF-8 text, and was read as {self.encoding}; save it as UTF-8 if letters are wrong"


class Case(CaseFile):
    """A loaded case, with the text of its exhibits.

    Attributes:
        root: The case folder, absolute.
        digest: sha256 over ``case.yaml`` and every exhibit file, hexadecimal: what ``sha256sum`` prints for the
            output of ``sha256sum case.yaml <exhibit files in the order of the list>``; missing exhibits have none.
        documents: Exhibit id to text.
        open_points: Guesses and gaps that the comments of ``case.yaml`` mark.

    Examples:
        >>> import workbench
        >>> case = workbench.load_case("wu")
        >>> case.beneficiary.name, case.exhibit_number(case.exhibits[1].id)
        ('Chien-Shiung Wu', 2)
    """

    root: Path
    digest: str
    documents: Mapping[str, Document]
    open_points: tuple[OpenPoint, ...] = ()

    def __repr__(self) -> str:
        first = f"{len(self.claims)} claims"
        if self.rfe is not None:
            first = f"{len(self.rfe.requests)} requests"
        elif self.signer is not None:
            first = f"{len(self.signer.opinions)} opinions"
        counts = f"{first}, {len(self.exhibits)} exhibits"
        return f"<Case {self.case_id}: {self.beneficiary.full_reference}, {counts}>"

    def exhibit(self, exhibit_id: str) -> Exhibit:
        """Returns the exhibit of that id.

        KeyError where there is none.
        """
        return self._by_id[exhibit_id][1]

    def exhibit_number(self, exhibit_id: str) -> int:
        """Returns the exhibit's number at render, from 1.

        KeyError where there is none.
        """
        return self._by_id[exhibit_id][0]

    def with_exhibits(self, added: Mapping[str, tuple[Exhibit, Document]]) -> Case:
        """Returns the case with exhibits that a run added.

        They are numbered after its own; ``digest`` stays the case file's.
        """
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        # Every part was validated when it was read.
        return type(self).model_construct(
            **fields
            | {
                "exhibits": (*self.exhibits, *(exhibit for exhibit, _ in added.values())),
                "documents": {**self.documents, **{key: document for key, (_, document) in added.items()}},
            }
        )

    def claim(self, criterion: str) -> Claim | None:
        """Returns the claim under that criterion, or None."""
        return next((claim for claim in self.claims if claim.criterion == criterion), None)

    def facts_of(self, section_id: str) -> list[Fact]:
        """Lists the facts put forward in one section.

        They are those of its claims, of its part of the narrative, of the request that it answers, or of what the
        signer of a letter says in it.
        """
        for name, facts in self._facts_of_parts():
            if name == section_id:
                return list(facts)
        claimed = [item.elements for claim in self.claims if claim.criterion == section_id for item in claim.items]
        told = self.narrative.get(section_id)
        groups = [*claimed, told] if told is not None else claimed
        return [fact for elements in groups for facts in elements.values() for fact in facts]

    def facts(self) -> Iterator[Fact]:
        """Yields every fact of the case, claims first."""
        for claim in self.claims:
            for item in claim.items:
                for facts in item.elements.values():
                    yield from facts
        for elements in self.narrative.values():
            for facts in elements.values():
                yield from facts
        for _, facts in self._facts_of_parts():
            yield from facts

    def _facts_of_parts(self) -> Iterator[tuple[str, tuple[Fact, ...]]]:
        """Yields the sections of what only some kinds of document have, each with its facts."""
        if self.rfe is not None:
            yield from self.rfe.facts_by_section()
        if self.signer is not None:
            yield from self.signer.facts_by_section()

    @property
    def document(self) -> DocumentType:
        """Kind of document that is drafted."""
        return DOCUMENT_TYPES[self.document_type]

    @cached_property
    def _by_id(self) -> dict[str, tuple[int, Exhibit]]:
        # What is not filed comes last, so that the numbers of the others have no gap.
        ordered = sorted(self.exhibits, key=lambda exhibit: not exhibit.filed)
        return {exhibit.id: (number, exhibit) for number, exhibit in enumerate(ordered, start=1)}
