"""nbconvert's door, from Python and from its own command."""

import os
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from nbconvert.exporters import Exporter

from workbench.export import export_petition, petition_notebook
from workbench.export.exporters import PetitionDOCXExporter, PetitionHTMLExporter, PetitionPDFExporter
from workbench.export.html import render_html
from workbench.export.petition import read_petition

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("exporter", "extension", "start"),
    [
        (PetitionHTMLExporter, ".html", "<!doctype html>"),
        (PetitionPDFExporter, ".pdf", b"%PDF-1.7"),
        (PetitionDOCXExporter, ".docx", b"PK"),
    ],
)
def test_each_exporter(approved, exporter, extension, start):
    output, resources = exporter().from_notebook_node(petition_notebook(approved))
    assert output.startswith(start)
    assert resources["output_extension"] == extension


def test_it_is_the_same_petition(draft):
    notebook = petition_notebook(draft)
    assert PetitionHTMLExporter().from_notebook_node(notebook)[0] == render_html(read_petition(notebook))


def test_the_entry_points_lead_to_exporters():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    points = project["entry-points"]["nbconvert.exporters"]
    assert sorted(points) == ["petition_docx", "petition_html", "petition_pdf"]
    for point in points.values():
        module, _, name = point.partition(":")
        assert issubclass(getattr(import_module(module), name), Exporter)


@pytest.mark.parametrize(("name", "kind"), [("PetitionHTMLExporter", "html"), ("PetitionPDFExporter", "pdf")])
def test_the_command(draft, tmp_path, name, kind):
    files = export_petition(draft, to=["ipynb", kind], out=tmp_path)
    command = [sys.executable, "-m", "nbconvert", "--to", f"workbench.export.exporters.{name}", "--output", "again"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    subprocess.run([*command, str(files["ipynb"])], check=True, capture_output=True, env=environment, timeout=120)
    assert (tmp_path / f"again.{kind}").read_bytes() == files[kind].read_bytes()


def test_command_says_in_one_line_why(tmp_path):
    (tmp_path / "own.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    name = "workbench.export.exporters.PetitionHTMLExporter"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    command = [sys.executable, "-m", "nbconvert", "--to", name, str(tmp_path / "own.ipynb")]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=120)
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[1:] == [
        "[NbConvertApp] ERROR | no cell of the notebook is tagged filing: nothing to export; tag the cells to be filed"
    ]
    assert not (tmp_path / "own.html").exists()
