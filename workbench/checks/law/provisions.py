"""Provisions that a text cites: statute, regulation, Policy Manual."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from workbench.case.law import provisions

ProvisionKind = Literal["cfr", "ina", "usc", "manual", "register"]

_PARAGRAPHS = r"(?P<paragraphs>(?:\s?\([A-Za-z0-9]{1,5}\)){0,8})"
_MARK = r"(?:§{1,2}|[Ss]ections?|[Ss]ecs?\.|SECTION|[Pp]arts?)"
_CFR = re.compile(
    rf"\b(?P<title>\d{{1,2}})\s*(?:C\.?\s?F\.?\s?R\.?|Code\s+of\s+Federal\s+Regulations),?\s*{_MARK}?\s*"
    rf"(?P<section>\d{{1,4}}[a-z]?(?:\.\d{{1,4}}[a-z]?)?){_PARAGRAPHS}"
)
# Without a mark, only where a paragraph follows: 204.5 alone is a number.
_BARE_CFR = re.compile(
    rf"(?:{_MARK}\s*(?P<section>\d{{3}}\.\d{{1,3}})|(?<![\d.])(?P<section2>(?:103|204|205|214|245)\.\d{{1,2}})(?=\s?\([a-z]\))){_PARAGRAPHS}"
)
_UNMARKED_INA = re.compile(rf"(?<![\d.])(?P<section>101|20[1-5]|214)(?=\s?\([a-z]\)\s?\(){_PARAGRAPHS}")
_INA = re.compile(
    rf"\b(?:INA|Immigration\s+and\s+Nationality\s+Act|Act),?\s*(?:at\s+)?{_MARK}?\s*(?P<section>\d{{3}}[A-Z]?)(?![\d.]){_PARAGRAPHS}"
)
_BARE_INA = re.compile(
    rf"{_MARK}\s*(?P<section>\d{{3}}[A-Z]?)(?![\d.]){_PARAGRAPHS}(?P<act>\s*,?\s*(?:of\s+the\s+)?(?:INA|Act|Immigration\s+and\s+Nationality\s+Act)\b)?"
)
_USC = re.compile(
    rf"\b(?P<title>\d{{1,2}})\s*U\.?\s?S\.?\s?C\.?(?:\s?A\.?)?,?\s*{_MARK}?\s*(?P<section>\d{{1,5}}[a-z]?(?:-\d{{1,2}})?){_PARAGRAPHS}"
)
_MANUAL = re.compile(
    r"\b(?P<volume>\d{1,2})\s+USCIS[-–\s]PM\s+(?P<part>[A-Z])(?:\.(?P<chapter>\d{1,2}))?(?P<paragraphs>(?:\([A-Za-z0-9]{1,3}\)){0,5})"
    r"|\bPolicy\s+Manual,?\s*(?:\(?at\s+)?[Vv]ol(?:ume|\.)\s*(?P<volume2>\d{1,2})[,;.]?\s*(?:[A-Z][a-z]+,?\s+)?[Pp](?:art|t\.)\s*(?P<part2>[A-Z])"
    r"(?:[,;.]?\s*(?:[A-Z][a-z]+,?\s+)?[Cc]h(?:apter|\.)\s*(?P<chapter2>\d{1,2}))?(?:[,;.]?\s*[Ss]ection\s+(?P<heading2>[A-Z](?:\.\d)?))?"
)
_REGISTER = re.compile(
    r"\b\d{1,3}\s+Fed\.?\s?Reg\.?\s+\d{1,3},?\d{3}\b|\bPub(?:lic|\.)\s?L(?:aw|\.)\s?(?:No\.\s?)?\d{2,3}[-–]\d{1,4}|\b\d{1,3}\s+Stat\.\s+\d{1,5}\b"
)
# A number behind "section" may be the letter's own: the Act's have letters behind them, or stand in its own words.
_LOOKS_OWN = re.compile(r"^\(\d")


@dataclass(frozen=True)
class CitedProvision:
    """One provision cited in a text.

    Attributes:
        kind: ``register`` is the Federal Register, a public law or the Statutes at Large.
        start: Offset of its first character.
        end: Offset just behind its last paragraph.
        title: Title of the code, or volume of the manual; empty for the Act.
        section: ``204.5``, ``203``, ``1153``; of the manual its part and chapter: ``F 2``.
        paragraphs: ``("(h)", "(3)", "(i)")``; of the manual ``("B", "1")``.
    """

    kind: ProvisionKind
    start: int
    end: int
    title: str = ""
    section: str = ""
    paragraphs: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Section and paragraphs in one: ``204.5(h)(3)(i)``."""
        return self.section + "".join(self.paragraphs)

    @property
    def in_act(self) -> str | None:
        """The same provision in the Act, for title 8 of the United States Code."""
        if self.kind == "ina":
            return self.path
        if self.kind != "usc" or self.title != "8":
            return None
        places = {usc: ina for ina, usc in provisions()["ina"].items()}
        return places[self.section] + "".join(self.paragraphs) if self.section in places else None


def find_provisions(text: str) -> tuple[CitedProvision, ...]:
    """Finds the provisions that a text cites, in order.

    >>> [found] = find_provisions("See 8 CFR 204.5(h)(3)(ii).")
    >>> found.kind, found.path
    ('cfr', '204.5(h)(3)(ii)')
    """
    found: list[CitedProvision] = []
    for one in _find_all(text):
        if not any(one.start < other.end and other.start < one.end for other in found[-8:]):
            found.append(one)
    return tuple(sorted(found, key=lambda one: one.start))


def _find_all(text: str) -> Iterator[CitedProvision]:
    spans: list[CitedProvision] = []
    for kind, pattern in (
        ("cfr", _CFR),
        ("usc", _USC),
        ("cfr", _BARE_CFR),
        ("ina", _INA),
        ("ina", _BARE_INA),
        ("ina", _UNMARKED_INA),
    ):
        for match in pattern.finditer(text):
            title = match["title"] if "title" in pattern.groupindex else ("8" if kind == "cfr" else "")
            paragraphs = tuple(re.findall(r"\([A-Za-z0-9]{1,5}\)", match["paragraphs"]))
            section = match["section"] or match["section2"]
            if pattern is _BARE_INA and not match["act"] and (not paragraphs or _LOOKS_OWN.match(paragraphs[0])):
                continue
            spans.append(CitedProvision(kind, match.start(), match.end(), title, section, paragraphs))  # type: ignore[arg-type]
    for match in _MANUAL.finditer(text):
        volume, part = match["volume"] or match["volume2"], match["part"] or match["part2"]
        chapter = match["chapter"] or match["chapter2"] or ""
        below = re.findall(r"\(([A-Za-z0-9]{1,3})\)", match["paragraphs"] or "") or (match["heading2"] or "").split(".")
        paragraphs = tuple(one for one in below if one)
        spans.append(
            CitedProvision("manual", match.start(), match.end(), volume, f"{part} {chapter}".strip(), paragraphs)
        )
    spans += [CitedProvision("register", *match.span()) for match in _REGISTER.finditer(text)]
    # The most specific pattern first where two begin together: "8 CFR" before a bare "section".
    yield from sorted(spans, key=lambda one: (one.start, -one.end))
