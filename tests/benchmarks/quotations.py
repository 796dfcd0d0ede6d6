"""Quotations: errors caught, false alarms, and both as the share that makes an altered quotation moves.

Quotations are taken from the exhibits of the sample, of the three letters of the tests, and of the published petition
where it lies beside the project. Each kind of error is made in as many of them; the right ones must pass.

    python tests/benchmarks/quotations.py [--seed 12] [--rounds 100] [--json]
"""

from __future__ import annotations

import random
import re
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from measure import report  # noqa: E402

from tests.support.quotation_letters import BRIDGE, FILM, VIOLIN, build_case  # noqa: E402
from workbench.case.loader import load_case  # noqa: E402
from workbench.case.model import Case, Document  # noqa: E402
from workbench.checks.draft import DraftSection  # noqa: E402
from workbench.checks.evidence import Evidence  # noqa: E402
from workbench.checks.quotations.page_run import join_lines  # noqa: E402
from workbench.checks.quotations.quotation_match import locate_quotation  # noqa: E402
from workbench.checks.quotations.quotations import quotations  # noqa: E402
from workbench.config import shared_folder  # noqa: E402
from workbench.text.sentences import find_sentences  # noqa: E402

SHARES = (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)
QUOTATIONS, PAGES = 300, 1000
ADVERBS = ("truly", "highly", "internationally", "most", "always", "uniquely")
# Lines of a page that no letter quotes: notes of the sample, headings of exhibits, sources.
NOT_QUOTED = re.compile(r"[“”\"\[…]|\.\.\.|SAMPLE|STAND-IN|Source:|page \d of|Exhibit \d+:|Signature|^\d|§|\d\d$")


class Place(NamedTuple):
    """A sentence of an exhibit, and the two behind it where they follow at once."""

    case: Case
    exhibit_id: str
    page: int
    text: str
    second: str | None
    third: str | None


Change = Callable[[str, Place, random.Random, list[Place]], str | None]


def read_cases() -> list[Case]:
    minimal = load_case(ROOT / "tests" / "cases" / "minimal")
    own = [
        build_case(minimal, exhibits).model_copy(update={"case_id": name})
        for name, exhibits in (("film", FILM), ("violin", VIOLIN), ("bridge", BRIDGE))
    ]
    published = ROOT.parent / "shared" / "petitions" / "checked" / "case"
    return [load_case(shared_folder("cases") / "wu"), *own, *([load_case(published)] if published.is_dir() else [])]


def find_places(case: Case) -> list[Place]:
    found = []
    for exhibit_id, document in case.documents.items():
        for number, page in enumerate(document.pages, start=1):
            for paragraph in re.split(r"\n\s*\n", page):
                text = join_lines(paragraph)
                row = [text[start:end] for start, end in find_sentences(text)]
                row = [one for one in row if 6 <= len(one.split()) <= 60 and not NOT_QUOTED.search(one)]
                for n, one in enumerate(row):
                    second = row[n + 1] if n + 1 < len(row) and f"{one} {row[n + 1]}" in text else None
                    third = row[n + 2] if second and n + 2 < len(row) and f"{second} {row[n + 2]}" in text else None
                    found.append(Place(case, exhibit_id, number, one, second, third))
    return found


def _verb(text: str, _: Place, chance: random.Random, places: list[Place]) -> str | None:
    words = text.split()
    verbs = re.findall(r"\b[a-z]{4,}ed\b", " ".join(place.text for place in chance.sample(places, 20)))
    words[chance.randrange(len(words))] = chance.choice(verbs or ["invented"])
    return " ".join(words)


def _number(text: str, _: Place, chance: random.Random, __: list[Place]) -> str | None:
    found = list(re.finditer(r"\d+", text))
    if not found:
        return None
    match = chance.choice(found)
    return f"{text[: match.start()]}{int(match[0]) + chance.choice((1, 9, 10))}{text[match.end() :]}"


def _negation(text: str, *_: object) -> str | None:
    if match := re.search(r"\b(?:not|never|no)\s", text):
        return text[: match.start()] + text[match.end() :]
    match = re.search(r"\b(?:is|was|has|have|are|were|will|did)\b", text)
    return f"{text[: match.end()]} not{text[match.end() :]}" if match else None


def _swap(text: str, _: Place, chance: random.Random, __: list[Place]) -> str | None:
    words = text.split()
    at = chance.randrange(len(words) - 1)
    words[at : at + 2] = words[at + 1], words[at]
    return " ".join(words)


def _drop(text: str, _: Place, chance: random.Random, __: list[Place]) -> str | None:
    words = text.split()
    del words[chance.randrange(1, len(words) - 1)]
    return " ".join(words)


def _add(text: str, _: Place, chance: random.Random, __: list[Place]) -> str | None:
    words = text.split()
    words.insert(chance.randrange(1, len(words)), chance.choice(ADVERBS))
    return " ".join(words)


def _plural(text: str, _: Place, chance: random.Random, __: list[Place]) -> str | None:
    words = text.split()
    long = [n for n, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return None
    at = chance.choice(long)
    words[at] = words[at].removesuffix("s") if words[at].endswith("s") else f"{words[at]}s"
    return " ".join(words)


def _abbreviation(text: str, *_: object) -> str | None:
    match = re.search(r"\b[A-Z]{3,}\b", text)
    return f"{text[: match.start()]}National Science Foundation{text[match.end() :]}" if match else None


def _stitched(text: str, place: Place, chance: random.Random, places: list[Place]) -> str | None:
    return f"{text} {chance.choice([other for other in places if other.case is place.case]).text}"


def _tail(text: str, place: Place, chance: random.Random, places: list[Place]) -> str | None:
    other = chance.choice([other for other in places if other.case is not place.case]).text.split()
    return f"{text.rstrip('.')}, {' '.join(other[: chance.randrange(4, 10)]).lower()}."


def _left_out(_: str, place: Place, *__: object) -> str | None:
    return f"{place.text} {place.third}" if place.third else None


def _order(_: str, place: Place, *__: object) -> str | None:
    return f"{place.second} {place.text}" if place.second else None


ERRORS: dict[str, Change] = {
    "verb or other word": _verb, "number": _number, "negation": _negation, "two words swapped": _swap,
    "word dropped": _drop, "adverb added": _add, "plural": _plural, "abbreviation spelt out": _abbreviation,
    "two places stitched": _stitched, "tail invented": _tail, "sentence left out": _left_out, "order": _order,
}  # fmt: skip


def find_severity(place: Place, text: str) -> str:
    content = f"The record says: “{text}” [@{place.exhibit_id}, p. {place.page}].\n"
    found = [finding.severity for finding in quotations(DraftSection(None, content, place.case))]
    return next((severity for severity in found if severity != "info"), "none")


def stands(place: Place, text: str) -> bool:
    return any(text in join_lines(page) for document in place.case.documents.values() for page in document.pages)


def measure_errors(
    each: int, chance: random.Random, places: list[Place]
) -> tuple[dict[str, Counter[str]], list[float]]:
    """Counts the severities found for each kind of error, and lists the shares of the quotations that are altered."""
    found: dict[str, Counter[str]] = {}
    shares = []
    for kind, change in ERRORS.items():
        found[kind] = Counter()
        for _ in range(each * 15):
            place = chance.choice(places)
            text = f"{place.text} {place.second}" if place.second and chance.random() < 0.5 else place.text
            changed = change(text, place, chance, places)
            if found[kind].total() == each or not changed or stands(place, changed):
                continue
            found[kind][find_severity(place, changed)] += 1
            evidence = Evidence.of(place.case)
            cited = evidence.select(place.exhibit_id, (place.page,))
            shares.append(locate_quotation(changed, cited, evidence).score)
    return found, shares


def measure_right(each: int, chance: random.Random, places: list[Place]) -> tuple[Counter[str], list[float]]:
    """Counts the severities found for right quotations, and lists the shares found in exhibits that have none of it."""
    found: Counter[str] = Counter()
    shares = []
    for _ in range(each * 6):
        place = chance.choice(places)
        text = f"{place.text} […] {place.third}" if place.third and chance.random() < 0.5 else place.text
        found[find_severity(place, text)] += 1
        others = Evidence((name, doc) for name, doc in place.case.documents.items() if name != place.exhibit_id)
        match = locate_quotation(place.text, (), others)
        if match.verdict != "verbatim":
            shares.append(match.score)
    return found, shares


def measure_time(chance: random.Random, places: list[Place]) -> float:
    """Returns the seconds that 300 quotations against 1,000 pages take once the pages' words are known."""
    words = sorted({word for place in places for word in place.text.split()})
    pages = []
    while len(pages) < PAGES:
        text = " ".join(chance.choice(places).text for _ in range(16))
        # Every tenth word is another, so that no sentence stands on two pages.
        pages.append(" ".join(chance.choice(words) if not n % 10 else w for n, w in enumerate(text.split())))
    documents = [
        (f"e{n}", Document(sha256="0" * 64, pages=tuple(pages[n * 20 : n * 20 + 20]), page_kinds=("text",) * 20))
        for n in range(PAGES // 20)
    ]
    evidence = Evidence(documents)
    evidence.weigh("".join(str(len(page.tokens)) for page in evidence.pages))
    quoted = []
    for _ in range(QUOTATIONS):
        page = chance.choice(evidence.pages)
        at = chance.randrange(max(1, len(page.tokens) - 60))
        text = page.quote(at, min(at + chance.randrange(15, 55), len(page.tokens) - 1))
        quoted.append((f"{text} indeed" if chance.random() < 0.1 else text, page))
    began = time.process_time()
    for text, page in quoted:
        locate_quotation(text, (page,), evidence)
    return time.process_time() - began


def main() -> None:
    parser = ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seed", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=100, help="quotations of each kind")
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - no secret
    places = [place for case in read_cases() for place in find_places(case)]
    errors, altered = measure_errors(options.rounds, chance, places)
    right, absent = measure_right(options.rounds, chance, places)
    if not options.json:
        for kind, severities in {**errors, "right": right}.items():
            print(f"{kind:<24}", ", ".join(f"{name} {count}" for name, count in severities.most_common()))
        print(f"\nshare   altered, named of {len(altered)}   absent, taken for altered of {len(absent)}")
        for share in SHARES:
            named, taken = (100 * sum(s >= share for s in found) / max(len(found), 1) for found in (altered, absent))
            print(f"{share:<7} {named:>8.1f} %              {taken:>8.1f} %")
        print()
    total = sum(severities.total() for severities in errors.values())
    missed = sum(severities["none"] for severities in errors.values())
    seconds = measure_time(chance, places)
    figures = {
        "sentences of exhibits": float(len(places)),
        "altered quotations": float(total),
        "right quotations": float(right.total()),
    }
    goals = {
        "altered quotations missed, %": (100 * missed / max(total, 1), 2.0),
        "errors for 1,000 right quotations": (1000 * right["error"] / right.total(), 2.0),
        "warnings for 1,000 right quotations": (1000 * right["warning"] / right.total(), 20.0),
        "300 quotations against 1,000 pages, s": (seconds, 1.5),
    }
    report("quotations", figures, goals, as_json=options.json)


if __name__ == "__main__":
    main()
