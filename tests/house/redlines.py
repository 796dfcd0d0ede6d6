"""Compares the redlines of pairs of moments with python-redlines, and resolves them with LibreOffice.

Run ``PYTHONPATH=.:tests/support python tests/house/redlines.py [--pairs 50]``. It needs two packages that
nothing else needs, ``pip install python-redlines python-redlines-docxodus``, and LibreOffice. For each pair of moments
of the sample:

- our redline, with its changes accepted and refused, has the text of the new and the old export;
- so it has when LibreOffice accepts and refuses them;
- the redline that python-redlines makes of the two exports has the same two texts;
- python-redlines finds no change between our redline, which it accepts first, and the new export.
"""

from __future__ import annotations

import argparse
import importlib
import io
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn
from random_moments import make_moment
from word_resolving import resolve_changes

from workbench.export.docx import render_docx
from workbench.export.notebook import petition_notebook
from workbench.export.petition import read_petition
from workbench.export.word_redline import render_redline

_MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Resolve(source As String, target As String, command As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  document = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
  dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
  dispatcher.executeDispatch(document.CurrentController.Frame, ".uno:" &amp; command, "", 0, Array())
  Dim filter(0) As New com.sun.star.beans.PropertyValue
  filter(0).Name = "FilterName"
  filter(0).Value = "MS Word 2007 XML"
  document.storeToURL(ConvertToURL(target), filter())
  document.close(True)
End Sub
</script:module>
"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
                 library:passwordprotected="false"><library:element library:name="Module1"/></library:library>
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=50)
    pairs = parser.parse_args().pairs
    engine = importlib.import_module("python_redlines.engines").DocxodusEngine()
    failures: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        write_macro(Path(name) / "profile")
        for number in range(pairs):
            wrong = check_pair(number, engine, Path(name), spent)
            failures.update(wrong)
            print(f"pair {number + 1}: {'; '.join(wrong) or 'all agree'}", flush=True)  # noqa: T201
    seconds = ", ".join(f"{name} {value / pairs:.2f}" for name, value in spent.items())
    print(f"{pairs} pairs; seconds a redline: {seconds}; failures: {dict(failures) or 'none'}")  # noqa: T201
    return int(bool(failures))


def check_pair(number: int, engine: Any, folder: Path, spent: Counter[str]) -> list[str]:
    """Returns what disagrees on one pair of moments."""
    old, new = (read_petition(petition_notebook(make_moment(2 * number + each))) for each in (0, 1))
    files = render_docx(old), render_docx(new)
    begin = time.monotonic()
    ours = render_redline(old, new)
    spent["ours"] += time.monotonic() - begin
    begin = time.monotonic()
    theirs = engine.run_redline("oracle", *files)[0]
    spent["python-redlines"] += time.monotonic() - begin
    report = engine.run_redline("oracle", ours, files[1])[1]
    found = {"python-redlines accepts ours": re.search(r"(\d+) revision", report)[1] == "0"}
    for how, file in zip(("Reject", "Accept"), files, strict=True):
        words = list_words(docx.Document(io.BytesIO(file)))
        found[f"ours, {how}"] = list_words(resolve_changes(ours, accept=how == "Accept")) == words
        found[f"python-redlines, {how}"] = list_words(resolve_changes(theirs, accept=how == "Accept")) == words
        found[f"LibreOffice, {how}"] = list_words(resolve_in_office(folder, ours, how)) == words
    return [check for check, is_right in found.items() if not is_right]


def list_words(document: Any) -> list[str]:
    """Returns the text of each paragraph, without fields' codes."""
    paragraphs = document.element.body.iter(qn("w:p"))
    return ["".join(run.text for run in paragraph.iter(qn("w:r"))) for paragraph in paragraphs]


def write_macro(profile: Path) -> None:
    """Makes a profile of LibreOffice with a macro that resolves all changes of a file."""
    start_office(profile.parent, "--terminate_after_init")  # which makes the profile
    folder = profile / "user" / "basic" / "Standard"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Module1.xba").write_text(_MACRO)
    (folder / "script.xlb").write_text(_LIBRARY)


def resolve_in_office(folder: Path, redline: bytes, how: str) -> Any:
    """Returns a file after LibreOffice has resolved its changes; ``how`` is ``Accept`` or ``Reject``."""
    source, target = folder / "redline.docx", folder / f"{how}.docx"
    source.write_bytes(redline)
    target.unlink(missing_ok=True)
    start_office(folder, f"macro:///Standard.Module1.Resolve({source},{target},{how}AllTrackedChanges)")
    return docx.Document(str(target))


def start_office(folder: Path, *arguments: str) -> None:
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", *arguments]
    subprocess.run(command, check=True, capture_output=True, timeout=180)


if __name__ == "__main__":
    sys.exit(main())
