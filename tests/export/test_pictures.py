"""The sample's PDF as pictures, drawn by a second engine (poppler), kept for whoever looks."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from PIL import Image
from tools import require_tool

import workbench
from workbench.workflow.loop import BackgroundLoop


@pytest.fixture(scope="module")
def petition(tmp_path_factory, shared_home):
    settings = workbench.Settings(home=shared_home)
    run = workbench.start("wu", settings=settings, options=workbench.RunOptions(unattended=True))
    files = workbench.export_petition(run.wait(60), to=["pdf"], out=tmp_path_factory.mktemp("petition"))
    BackgroundLoop.current().close()
    return files["pdf"]


def test_another_engine_draws_every_page(petition, pictures, tmp_path):
    poppler = require_tool("pdftoppm", install="apt-get install poppler-utils")
    subprocess.run([poppler, "-r", "60", "-png", petition, tmp_path / "page"], check=True, capture_output=True)
    drawn = sorted(tmp_path.glob("page-*.png"))
    assert len(drawn) > 10
    for page in drawn:
        with Image.open(page) as picture:
            low, high = picture.convert("L").getextrema()
            assert (low < 100, high > 240) == (True, True), f"{page.name} is blank"
        shutil.copy(page, pictures / f"petition-{page.name}")
