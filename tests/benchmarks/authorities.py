"""Authorities on public sets: what is found, what passes in silence, what is wrongly called impossible.

The sets are read from git directories without a work tree, as docs/evaluation.md says; nothing of them is committed.

    python tests/benchmarks/authorities.py --citation-verifier PATH --eyecite PATH
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import csv
import html
import io
import json
import os
import re
import subprocess
import tempfile
import time
import unittest.mock
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from measure import report

from workbench.case.firm_authorities import add_authority, add_authority_text, firm_file
from workbench.checks.draft import DraftText
from workbench.checks.law.authorities import legal_citation
from workbench.checks.law.authority_texts import authority_holding, authority_quote
from workbench.checks.law.cited_authority import find_authorities
from workbench.checks.law.confirmation import confirm_authority
from workbench.checks.law.provisions import find_provisions
from workbench.checks.law.reporters import find_contradictions
from workbench.errors import InputError

HOSTILE_KB, QUICK_HOSTILE_KB = 200, 5
THIS_YEAR = time.gmtime().tm_year
SENTENCE = "As the court held in {}, the evidence is to be weighed as a whole."
KINDS = {
    "case_citation": {"reporter", "short", "docket", "agency", "secondary"},
    "id_citation": {"id"},
    "supra_citation": {"supra"},
    "journal_citation": {"secondary"},
    "law_citation": {"law"},
    "reference_citation": {"name"},
}


def show(repository: Path, path: str) -> str:
    """Reads a file of the newest commit."""
    command = ["git", f"--git-dir={repository}", "show", f"HEAD:{path}"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode(errors="replace")


def read_citations(repository: Path, *names: str) -> list[str]:
    """Reads the citations of some of the corpus files."""
    return [row["citation"] for name in names for row in json.loads(show(repository, f"tests/data/{name}.json"))]


def judge(citation: str) -> tuple[set[str], list[str]]:
    """Judges one citation in a sentence: the severities of its findings, and the messages of the errors."""
    findings = [one for one in legal_citation(DraftText(None, SENTENCE.format(citation))) if one.severity != "info"]
    return {one.severity for one in findings}, [one.message for one in findings if one.severity == "error"]


def report_set(title: str, citations: list[str]) -> None:
    """Prints how many citations pass in silence, and how many are errors."""
    began = time.perf_counter()
    judged = [judge(citation) for citation in citations]
    silent = [citation for citation, (severities, _) in zip(citations, judged, strict=True) if not severities]
    errors = [messages[0] for _, messages in judged if messages]
    seconds = time.perf_counter() - began
    print(f"{title}: {len(citations)}; silent {len(silent)}; called wrong {len(errors)}; {seconds:.1f} s")
    for line in (*(f"silent: {one}" for one in silent), *(f"wrong: {one}" for one in errors)):
        print(f"    {line}")


def report_opinions(repository: Path) -> None:
    """Prints how many citations of real opinions are called impossible: each is a misprint, or a false error."""
    listing = subprocess.run(
        ["git", f"--git-dir={repository}", "ls-tree", "-r", "-z", "--name-only", "HEAD"],
        capture_output=True,
        check=True,
    )
    names = [
        name
        for name in listing.stdout.decode().split("\0")
        if "/opinions/" in name and name.endswith((".html", ".txt"))
    ]
    seen: set[tuple[str, int | None, str]] = set()
    dated, wrong = 0, []
    for text in {show(repository, name) for name in names}:
        plain = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]{0,500}>", " ", text)))
        for cited in find_authorities(plain):
            key = (cited.cite, cited.year, cited.court)
            if cited.kind not in {"reporter", "docket"} or key in seen:
                continue
            seen.add(key)
            dated += int(cited.year is not None)
            wrong += [f"{plain[cited.start : cited.end][-80:]}: {why}" for why in find_contradictions(cited, THIS_YEAR)]
    print(f"opinions: {len(seen)} different citations, {dated} with a year; contradictions {len(wrong)}")
    for line in wrong:
        print(f"    {line}")


def report_claims(repository: Path) -> None:
    """Prints how many labelled claims are warned of when the decisions' texts are at hand, by label.

    Each claim is a sentence with its cite, checked beside the text of its decision. Green claims are right; yellow and
    red ones are weak. A claim whose decision has no text in the set is one whose cite is to be called unverified.
    """
    warned: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    for name in ("withers", "payne", "wainwright"):
        folder = f"tests/data/assessment_corpora/{name}"
        rows = csv.DictReader(io.StringIO(show(repository, f"{folder}/ground_truth.csv")))
        truth = {row["claim_id"]: row["expected"].casefold() for row in rows}
        for row in csv.DictReader(io.StringIO(show(repository, f"{folder}/claims.csv"))):
            label = truth.get(row["claim_id"], "unlabelled")
            opinion = show(repository, f"{folder}/{row['opinion_file']}") if row["opinion_file"] else ""
            messages = judge_claim(row["brief_sentence"] or row["proposition"], row["cited_case"], opinion)
            total[name, label] += 1
            warned[name, label] += bool(messages)
            print(f"    {row['claim_id']}, {label}: {messages[0] if messages else 'no finding'}")
    for (name, label), count in sorted(total.items()):
        print(f"claims of {name}, {label}: warned of {warned[name, label]} of {count}")
    weak = {key: count for key, count in total.items() if key[1] in {"yellow", "red"}}
    right = {key: count for key, count in total.items() if key[1] == "green"}
    print(
        f"claims: {sum(warned[key] for key in weak)} of {sum(weak.values())} weak ones warned of, "
        f"{sum(count - warned[key] for key, count in right.items())} of {sum(right.values())} right ones not"
    )


def judge_claim(claim: str, cite: str, opinion: str) -> list[str]:
    """Checks one claim beside the text of its decision; returns the warnings and errors."""
    plain = html.unescape(re.sub(r"<[^>]{0,500}>", " ", opinion))
    stem = claim.strip()
    draft = f"{stem if stem.endswith(('.', '.”', '.' + chr(34))) else stem + '.'} {cite}"
    with (
        tempfile.TemporaryDirectory(prefix="wb-") as home,
        unittest.mock.patch.dict(os.environ, {"WORKBENCH_HOME": home}),
    ):
        if plain.strip():
            file = Path(home) / "opinion.txt"
            file.write_text(re.sub(r"[^\S\n]+", " ", plain), encoding="utf-8")
            # A cite without court and year cannot be put on record: it stays unverified.
            with contextlib.suppress(InputError):
                authority = confirm_authority(cite, person="benchmark", source="the set")
                add_authority(firm_file(), add_authority_text(firm_file(), authority, file))
        findings = [
            found
            for check in (legal_citation, authority_quote, authority_holding)
            for found in check(DraftText(None, draft))
        ]
    return [found.message for found in findings if found.severity != "info"]


def read_expected(source: str) -> Iterator[tuple[str, list[str]]]:
    """Yields the texts of eyecite's tests with the citations that each expects, by the name of their factory."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Tuple) and len(node.elts) > 1 and isinstance(node.elts[1], ast.List):
            first = node.elts[0]
            text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
            names = [
                one.func.id for one in node.elts[1].elts if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)
            ]
            if text is not None and names:
                yield text, names


def report_eyecite(repository: Path) -> None:
    """Prints the share of eyecite's own test citations that are found."""
    expected: Counter[str] = Counter()
    found: Counter[str] = Counter()
    missed = []
    for text, names in read_expected(show(repository, "tests/test_FindTest.py")):
        plain = html.unescape(re.sub(r"<[^>]{0,200}>", " ", text)) if "<" in text else text
        kinds: Counter[str] = Counter(one.kind for one in find_authorities(plain))
        kinds["law"] = max(kinds["law"], len(find_provisions(plain)))
        for name, number in Counter(names).items():
            if name not in KINDS:
                continue
            expected[name] += number
            have = min(number, sum(kinds[kind] for kind in KINDS[name]))
            found[name] += have
            if have < number:
                missed.append(f"{name}: {text[:100]!r}")
    total, sure = expected.total(), found.total()
    print(f"eyecite's tests: {sure} of {total} citations found ({sure / total:.1%})")
    for name, number in expected.most_common():
        print(f"    {name}: {found[name]} of {number}")
    for line in missed:
        print(f"    missed: {line}")


def measure_time(kilobytes: int) -> dict[str, float]:
    """Returns the seconds for so much of each text made to be slow."""
    figures = {}
    for unit in (
        "Id. ",
        "Id. at 5. ",
        "596 F.3d 1115 ",
        "Kazarian v. USCIS, 596 F.3d 1115, 1120 (9th Cir. 2010). ",
        "In re ",
        "A v. B ",
    ):
        # Numbered, so that no part of the text is like another.
        text = "".join(f"{unit}{number} " for number in range(1000 * kilobytes // (len(unit) + 5)))
        began = time.process_time()
        count = len(find_authorities(text))
        figures[f"seconds for {count} citations in {kilobytes} KB of {unit.strip()!r}"] = round(
            time.process_time() - began, 2
        )
    return figures


def main() -> None:
    """Prints the figures of the sets that are given; without one, the time for hostile text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--citation-verifier", type=Path, help="Git directory of doncruse/citation-verifier.")
    parser.add_argument("--eyecite", type=Path, help="Git directory of freelawproject/eyecite.")
    parser.add_argument("--opinions", action="store_true", help="The opinions in the first set too; takes minutes.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=2, help="1: with shorter texts.")
    arguments = parser.parse_args()
    if repository := arguments.citation_verifier:
        report_set("fakes reported by courts", read_citations(repository, "charlotin_corpus", "known_fake_citations"))
        # Real, and none of them on record: a warning is right, an error would be false.
        report_set("real decisions", read_citations(repository, "known_real_citations", "benchmark_real_citations"))
        report_claims(repository)
        if arguments.opinions:
            report_opinions(repository)
    if arguments.eyecite:
        report_eyecite(arguments.eyecite)
    if not (arguments.citation_verifier or arguments.eyecite):
        figures = measure_time(HOSTILE_KB if arguments.rounds > 1 else QUICK_HOSTILE_KB)
        report("authorities", figures, {"seconds of the slowest": (max(figures.values()), 5)}, as_json=arguments.json)


if __name__ == "__main__":
    main()
