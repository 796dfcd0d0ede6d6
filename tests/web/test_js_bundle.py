"""Joining of ES modules into one text."""

from __future__ import annotations

import re

import pytest

from workbench.web.js_bundle import join_modules
from workbench.widgets.monitor import STATIC


def test_bundle_orders_modules_by_use(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/a.js").write_text("export const a = 1;\n")
    (tmp_path / "parts/b.js").write_text('import { a } from "./a.js";\nexport const b = a + 1;\n')
    entry = tmp_path / "entry.js"
    entry.write_text(
        '// Title\nimport { a } from "./parts/a.js";\nimport { b } from "./parts/b.js";\nexport const c = a + b;\n'
    )
    assert (
        join_modules(entry) == "export const a = 1;\n\nexport const b = a + 1;\n\n// Title\nexport const c = a + b;\n"
    )


@pytest.mark.parametrize("entry", ["monitor.js", "timeline.js", "tuner.js"])
def test_bundle_declares_each_name_once(entry):
    names = re.findall(
        r"^(?:export )?(?:async )?(?:function|const|class|let) (\w+)", join_modules(STATIC / entry), re.MULTILINE
    )
    assert len(names) > 80
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("entry", "folder"), [("monitor.js", "monitor"), ("timeline.js", "timeline"), ("tuner.js", "tuner")]
)
def test_bundle_contains_every_module(entry, folder):
    module = join_modules(STATIC / entry)
    assert not re.search(r"^import\b", module, re.MULTILINE)
    for part in (STATIC / folder).glob("*.js"):
        assert part.read_text("utf-8").splitlines()[0] in module
