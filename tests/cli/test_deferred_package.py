"""Packages whose own code runs when a name of theirs is asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

import pytest

from workbench.cli.deferred_package import DeferredPackage, DeferringFinder, defer_packages


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package that notes when its code runs."""
    folder = tmp_path / "slow_package"
    folder.mkdir()
    (folder / "__init__.py").write_text("import sys\nsys.ran_slow_package = True\nVALUE = 3\n")
    (folder / "part.py").write_text("NAME = 'part'\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", [DeferringFinder("slow_package"), *sys.meta_path])
    monkeypatch.setattr(sys, "ran_slow_package", False, raising=False)
    yield "slow_package"
    for name in ("slow_package", "slow_package.part"):
        sys.modules.pop(name, None)


def test_modules_are_imported_without_the_package(package):
    assert import_module(f"{package}.part").NAME == "part"
    assert not sys.ran_slow_package
    assert isinstance(sys.modules[package], DeferredPackage)


def test_name_runs_the_package(package):
    deferred = import_module(package)
    assert not hasattr(deferred, "__wrapped__")
    assert not sys.ran_slow_package, "what Python itself asks for is no name of the package"
    assert deferred.VALUE == 3
    assert sys.ran_slow_package
    assert type(deferred).__name__ == "module"
    with pytest.raises(AttributeError, match="has no attribute 'MISSING'"):
        _ = deferred.MISSING


def test_missing_package_stays_missing(monkeypatch):
    monkeypatch.setattr(sys, "meta_path", [DeferringFinder("no_such_package"), *sys.meta_path])
    assert find_spec("no_such_package") is None


def test_packages_are_deferred_once(monkeypatch):
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    defer_packages("langsmith.types")
    before = list(sys.meta_path)
    defer_packages("langsmith.types")
    assert sys.meta_path == before


def test_langsmith_types_are_whole():
    import langsmith.types

    from workbench.workflow import start

    assert start
    assert langsmith.types.Run.__module__ == "langsmith.types.run"
