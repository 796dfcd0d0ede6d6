"""The README's Python, run from the first block to the last as a reader of it would, and what its command prints."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import docx
import pytest

from tests.conftest import VARIABLES

TOP = Path(__file__).resolve().parents[2]
README = (TOP / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)

# What a reader has done before a block: words of a line of it, and the code that stands for it.
BEFORE = {
    "final=True": """
        await run
        for section in run.snapshot.sections:
            if section.status != "locked":
                run.approve(section.section_id, note="read")
        """,
    "store.rollback": """
        earlier = workbench.PromptStore()
        text = earlier.active("awards").text
        version = earlier.save("awards", text + "Name the jury.", note="jury", author="e.marsh", parent="awards")
        earlier.promote(version.ref, user_id="e.marsh", reason="names the jury")
        """,
}
RUN_BLOCK = """
import ast, asyncio, inspect, sys

def run_block(code, names):
    value = eval(compile(code, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
    if inspect.iscoroutine(value):
        asyncio.run(value)

if __name__ == "__main__":  # processes that read exhibits import this file
    names = {}
    for code in sys.stdin.read().split("\\0"):
        run_block(code, names)
"""
EXPERIMENT = "name: tone\nprompts: [filing]\ncases: [wu]\nsections: [awards]\nmodels: [offline]\n"


@pytest.fixture
def reader(tmp_path, shared_home):
    """Runs commands in a folder with what the README's examples name: a case, a letter, prompts, an experiment."""
    sample = TOP / "data" / "cases" / "wu"
    shutil.copytree(sample, tmp_path / "my-case")
    (tmp_path / "my-prompts").mkdir()
    shutil.copy(TOP / "workbench" / "drafting" / "prompts" / "prompt_files" / "awards.md", tmp_path / "my-prompts")
    letter = docx.Document()
    for line in (sample / "letter-to-check.md").read_text("utf-8").split("\n\n"):
        letter.add_paragraph(line)
    letter.save(tmp_path / "letter.docx")
    (tmp_path / "tone.yaml").write_text(EXPERIMENT)
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    environment |= {"WORKBENCH_HOME": str(shared_home), "MPLBACKEND": "agg"}

    def run(*arguments: str, stdin: str = "") -> str:
        done = subprocess.run(
            [sys.executable, *arguments], input=stdin, cwd=tmp_path, env=environment,
            capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout + done.stderr

    return run, tmp_path


def test_readme_blocks_run_in_order(reader):
    run, folder = reader
    assert len(BLOCKS) == 5
    (folder / "readme.py").write_text(RUN_BLOCK)
    codes = []
    for block in BLOCKS:
        codes += [re.sub(r"^ {8}", "", code, flags=re.MULTILINE) for words, code in BEFORE.items() if words in block]
        codes.append(block)
    run("readme.py", stdin="\0".join(codes))
    written = {path.name for path in (folder / "out").iterdir()} | {
        path.name for path in (folder / "package").iterdir()
    }
    assert {"petition.ipynb", "petition.docx", "letter-checked.docx", "letter-checked.html"} <= written
    assert {"volume-1.pdf", "package.json"} <= written


def test_demo_prints_what_readme_shows(reader):
    run, _ = reader
    printed = run("-c", "from workbench.cli import main; main()", "demo", "--out", "out")
    shown = re.search(r"^```text\n(.*?)^```", README, re.MULTILINE | re.DOTALL)[1].splitlines()
    assert len(shown) == 7
    assert [line for line in shown if line != "..." and line not in printed.splitlines()] == []
