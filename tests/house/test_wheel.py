"""The wheel carries the sample case, notebooks and static files: everything works from it, outside the clone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the built wheel unpacked in it, and nothing of the clone."""
    folder = tmp_path_factory.mktemp("wheel")
    for arguments in (
        ["wheel", str(TOP), "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)],
        ["install", "--no-deps", "--no-compile", "--target", str(folder / "site"), "--find-links", str(folder),
         "--no-index", "eb1a-workbench"],
    ):  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "pip", *arguments], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
    return folder / "site"


def test_wheel_installs_the_man_page(installed):
    # `pip install --target` leaves out what belongs beside the packages.
    [wheel] = installed.parent.glob("eb1a_workbench-*.whl")
    pages = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("/share/man/man1/workbench.1")]
    assert len(pages) == 1
    assert ".data/data/" in pages[0]


def python(installed: Path, cwd: Path, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_demo_works_from_the_wheel(installed, tmp_path):
    code = (
        "import workbench, sys; sys.stderr.write(workbench.__file__); "
        "from workbench.cli import run; assert run(['demo', '--out', 'out', '--json']) == 0"
    )
    answer = json.loads(python(installed, tmp_path, code))
    assert answer["status"] == "completed"
    assert (tmp_path / "out" / "petition.pdf").read_bytes().startswith(b"%PDF")


def test_wheel_is_the_imported_package(installed, tmp_path):
    assert Path(python(installed, tmp_path, "import workbench; print(workbench.__file__)").strip()).is_relative_to(
        installed
    )


def test_it_carries_everything(installed):
    share = installed / "workbench" / "_share"
    assert (share / "cases" / "wu" / "case.yaml").is_file()
    assert len(list((share / "cases" / "wu" / "exhibits").glob("*.pdf"))) >= 20
    assert (share / "notebooks" / "01_draft_petition.ipynb").is_file()
    assert (installed / "workbench" / "web" / "static" / "monitor.js").is_file()
    assert list((installed / "workbench" / "drafting" / "prompts" / "prompt_files").glob("*.md"))
    assert list(installed.glob("eb1a_workbench-*.dist-info/licenses/LICENSE"))
    entry_points = next(installed.glob("eb1a_workbench-*.dist-info/entry_points.txt")).read_text()
    assert "petition_pdf" in entry_points
    assert "workbench = workbench.cli:main" in entry_points
