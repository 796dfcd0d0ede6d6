"""The law as data: regulation and authorities.

The text is that of 8 CFR 204.5(h), the authorities are those that a letter may lean on. Both files lie in
``workbench/data/law`` with their as-of dates and provenance. They are read at first use, not at import. Nothing here is
legal advice: rules move, and the files say when they were last looked at.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from workbench.config import PACKAGE_FOLDER


class Authority(BaseModel):
    """One court or agency decision.

    Attributes:
        name: ``Kazarian v. USCIS``.
        cite: Reporter or docket: ``596 F.3d 1115``, ``No. 4:24-cv-03170``.
        court: ``9th Cir.``, ``AAO``.
        year: Of the decision.
        standing: ``withdrawn`` and ``fabricated`` must never be cited.
        outcome: For the petitioner; ``none`` where there is none to speak of.
        outcome_detail: The outcome in words.
        proposition: What it stands for.
        seen: Where the record was seen, and what of it was not verified.
        cite_verified: Whether the cite itself was seen in a source.
        as_of: Day or month at which the record was last looked at, ISO 8601.
        parallel: The same decision in other reporters.
        names: Other names under which it is cited.
        last_page: Last page of the decision in ``cite``, where a source gives it.
        about: Stems of words of which one stands in every sentence that cites it for its proposition.
        confirmed_by: Person of the firm who read the decision; empty for the list of the package.
        text: The decision itself: a file in the folder of the firm's list, relative to it; empty: not at hand.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    cite: str
    court: str
    year: int
    standing: Literal["good", "withdrawn", "fabricated"]
    outcome: Literal["won", "lost", "none"]
    outcome_detail: str
    proposition: str
    seen: str
    cite_verified: bool
    as_of: str
    parallel: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    last_page: int | None = None
    about: tuple[str, ...] = ()
    confirmed_by: str = ""
    text: str = ""

    @property
    def cites(self) -> tuple[str, ...]:
        """Every reporter cite of the decision."""
        return (self.cite, *self.parallel)

    @property
    def record(self) -> str:
        """The decision as it is cited in full."""
        return f"{self.name}, {self.cite} ({self.court} {self.year})"


class WordingVariant(BaseModel):
    """Words of the regulation that many copies silently correct.

    Both wordings are to be accepted.

    Attributes:
        paragraph: ``(h)(3)(iv)``.
        official: The official wording, [sic].
        corrected: What the copies print.
        note: Why both stand.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    paragraph: str
    official: str
    corrected: str
    note: str


def regulation_text(paragraph: str) -> str:
    """Returns the regulation's own words.

    They have the official text's [sic] wording.

    Args:
        paragraph: ``(h)(3)(i)``; the paragraphs are (h)(1) to (h)(5) and (h)(3)(i) to (x). ``(h)(3)`` is its
            opening only.

    Raises:
        KeyError: 8 CFR 204.5(h) has no such paragraph.

    Source:
        8 CFR 204.5(h), see ``workbench/data/law/cfr_204_5_h.json``.
    """
    text: str = _regulation()["paragraphs"][paragraph]
    return text


@cache
def regulation_variants() -> tuple[WordingVariant, ...]:
    """Returns the two [sic] wordings with their usual corrections."""
    return tuple(WordingVariant.model_validate(variant) for variant in _regulation()["variants"])


@cache
def authorities() -> tuple[Authority, ...]:
    """Lists the package's authorities on record, negative controls included.

    A firm's own are added by :func:`workbench.case.firm_authorities.list_authorities`.
    """
    return tuple(Authority.model_validate(row) for row in _read("authorities.json")["authorities"])


@cache
def provisions() -> dict[str, Any]:
    """Returns the provisions of immigration law on record.

    Keys: ``cfr`` and ``ina`` map a section to what it is about, ``usc`` a section of title 8 to that of the Act,
    ``policy_manual`` its volumes with their parts, the chapters of one part, and the headings of the chapter on this
    class.
    """
    return _read("provisions.json")


@cache
def reporter_volumes() -> dict[str, Any]:
    """Returns the years in which volumes of the commonest reporters appeared.

    ``reporters`` maps a reporter, as eyecite spells it, to ``volumes`` (pairs of volume and year, ascending) and
    ``complete`` (true where the last one closed the series).
    """
    return _read("reporter_volumes.json")


@cache
def policy_manual_chapter() -> str:
    """Returns the text of USCIS Policy Manual, Volume 6, Part F, Chapter 2."""
    return (PACKAGE_FOLDER / "data" / "law" / "policy_manual_6_F_2.txt").read_text(encoding="utf-8")


@cache
def _regulation() -> dict[str, Any]:
    return _read("cfr_204_5_h.json")


def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((PACKAGE_FOLDER / "data" / "law" / name).read_text(encoding="utf-8"))
    return data
