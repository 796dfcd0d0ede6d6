"""Plug-ins of installed packages."""

import pytest

from workbench.checks.plugins import GROUP as CHECKS
from workbench.checks.plugins import read_plugins
from workbench.errors import InputError
from workbench.text.entry_points import EXPORTERS, SCORERS, find_plugin, list_plugins


@pytest.mark.parametrize(("guide", "group"), [("checks.md", CHECKS), ("tuning.md", SCORERS), ("export.md", EXPORTERS)])
def test_example_of_guide_is_found(packages, guide, group):
    assert list_plugins(group) == ()
    packages.install_example(guide, "Plug-ins")
    (plugin,) = list_plugins(group)
    assert plugin.load() is not None
    assert f"of {plugin.point.value.partition(':')[0].replace('_', '-')} 1.2 (" in str(plugin)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("raise RuntimeError('a\\nb')", "cannot be loaded (RuntimeError: a b)"),
        ("raise SystemExit(3)", "cannot be loaded (SystemExit: 3)"),
        ("import no_such_module", "cannot be loaded (ModuleNotFoundError"),
        ("", "cannot be loaded (AttributeError"),
        ("write = 3", "is no function but int"),
        ("class write: pass", "is no function but type"),
    ],
)
def test_broken_plugin_names_its_package(packages, source, words):
    packages.install("firm-broken", "firm_broken", source, f"[{EXPORTERS}]\ntxt = firm_broken:write\n")
    packages.install_example("export.md", "Plug-ins")
    plugins = [plugin for plugin in list_plugins(EXPORTERS) if plugin.point.dist.name == "firm-broken"]
    with pytest.raises(InputError) as caught:
        plugins[0].load_function()
    assert words in str(caught.value)
    assert "of firm-broken 1.2" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(list_plugins(EXPORTERS)) == 2


def test_installed_check_is_read(packages):
    packages.install_example("checks.md", "Plug-ins")
    read = read_plugins(list_plugins(CHECKS))
    assert [check.id for check in read.checks] == ["firm-tone"]
    assert read.sources == ("firm=firm_checks:CHECK 1.2",)


def test_unknown_plugin_is_none(packages):
    packages.install_example("tuning.md", "Plug-ins")
    assert find_plugin(SCORERS, "short-sentences") is not None
    assert find_plugin(SCORERS, "short") is None
