"""``workbench case``: intake, check of a case folder, and JSON schema."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
import orjson

from workbench.case.criteria import CRITERIA, describe_missing_sections
from workbench.case.loader import load_case
from workbench.case.model import Case
from workbench.case.ocr_engine import INSTALL_OCR, ocr_engine_name
from workbench.case.schema import case_schema
from workbench.checks.case_facts import check_case_facts
from workbench.checks.names.names import check_facts
from workbench.cli import BAD_ANSWER
from workbench.cli.case_intake import accept, elements, facts, list_open_points, new, settle
from workbench.cli.file_path import FilePath
from workbench.cli.options import json_option
from workbench.cli.output import print_json
from workbench.drafting.sections import sections_for
from workbench.errors import printable, printable_json


@click.group()
def case() -> None:
    """Make, fill in or check a case, or print its JSON schema."""


for _command in (new, elements, facts, accept, settle):
    case.add_command(_command)


@case.command()
@click.option("--out", type=FilePath(dir_okay=False), help="Write it there instead of printing it.")
def schema(out: Path | None) -> None:
    """Print the JSON schema of case.yaml, for editors."""
    # Indented, unlike other JSON output: people read and edit schemas.
    text = orjson.dumps(case_schema(), option=orjson.OPT_INDENT_2)
    if out is None:
        click.echo(printable_json(text))
    else:
        out.write_bytes(text + b"\n")
        click.echo(out)


@case.command()
@click.argument("case_dir", type=FilePath())
@json_option
@click.pass_context
def check(context: click.Context, case_dir: Path, json_: bool) -> None:
    """Load CASE_DIR and show what it contains.

    All problems are reported at once, each with file, line and remedy. Listed as well are pages and parts of exhibits
    that could not be read, pages whose text was recognized (OCR), slips in the beneficiary's name, facts that the pages
    under their cites contradict or do not carry, guesses and gaps of an intake that nobody has settled yet, and each
    section that a final export would miss. Exit status 1 where an error was found, and 2 where the case cannot be
    loaded; what is still to settle is no error.
    """
    loaded = load_case(case_dir)
    sections = [spec.section_id for spec in sections_for(loaded)]
    gaps = _describe_gaps(loaded, sections) if loaded.document_type == "petition" else []
    slips = list(dict.fromkeys(found.message for found in check_facts(loaded) if found.severity == "error"))
    contents = _describe_contents(loaded)
    facts = {"facts": sum(1 for _ in loaded.facts()), "sections": sections, **_describe_requests(loaded)}
    against = [(place, finding) for place, finding in check_case_facts(loaded) if finding.severity != "info"]
    errors = [*slips, *(f"{place}: {finding.message}" for place, finding in against if finding.severity == "error")]
    if json_:
        found = [{"place": place} | finding.model_dump(mode="json") for place, finding in against]
        to_settle = [point.model_dump() for point in loaded.open_points]
        lists = {"case_facts": found, "to_settle": to_settle, "gaps": gaps, "errors": errors}
        print_json({**contents, "naming": slips, **facts, **lists})
    else:
        # Slips of the name are among the errors.
        _print_contents({**contents, **facts})
        for line in errors:
            click.echo(printable(f"error: {line}"))
        for place, finding in against:
            if finding.severity != "error":
                click.echo(printable(f"{finding.severity}: {place}: {finding.message}"))
        list_open_points(loaded.open_points)
        for line in gaps:
            click.echo(printable(f"to settle: {line}"))
    context.exit(BAD_ANSWER if errors else 0)


def _describe_contents(loaded: Case) -> dict[str, object]:
    """Describes the exhibits of a case, and what of them could not be read."""
    documents = loaded.documents.items()
    return {
        "case_id": loaded.case_id,
        "exhibits": len(loaded.exhibits),
        "pages": sum(len(document.pages) for _, document in documents),
        "missing": [f"{key} ({document.missing})" for key, document in documents if document.missing is not None],
        "without_text": [key for key, document in documents if not document.has_text and document.missing is None],
        "unread_pages": [f"{key} {document.gaps}" for key, document in documents if document.gaps],
        "recognized": [f"{key} {words}" for key, document in documents if (words := document.describe_recognized())],
        "not_read": [f"{key} ({'; '.join(document.not_read)})" for key, document in documents if document.not_read],
    }


def _print_contents(contents: Mapping[str, object]) -> None:
    for name, value in contents.items():
        words = ", ".join(value) if isinstance(value, list) else value
        click.echo(printable(f"{name.replace('_', ' ')}: {words}"))
    if contents["unread_pages"] and not ocr_engine_name():
        click.echo(f"to have scanned pages read, {INSTALL_OCR}")


def _describe_gaps(loaded: Case, sections: list[str]) -> list[str]:
    """Describes what a petition still lacks for a final, one line each."""
    claimed = [CRITERIA[claim.criterion].paragraph for claim in loaded.claims]
    none = "no criterion is claimed; see workbench case elements, then workbench case facts"
    remedy = "add its facts under narrative, or name it in sections"
    missing = describe_missing_sections(sections, claimed)
    return [none] * (not claimed) + [f"the petition would have {line}; {remedy}" for line in missing]


def _describe_requests(loaded: Case) -> dict[str, str | list[str]]:
    """Describes to what a response responds, and by when; nothing of another document."""
    rfe = loaded.rfe
    if rfe is None:
        return {}
    filed = loaded.filing_date
    late = rfe.describe_deadline(filed, "the date of filing") if filed is not None else None
    return {
        "requests": [f"{request.id} ({request.status})" for request in rfe.requests],
        "response_due": late or rfe.deadline.isoformat(),
    }
