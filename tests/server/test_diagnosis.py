"""Diagnosis of an installation, with real and with missing parts."""

from __future__ import annotations

import asyncio
import json
from importlib import metadata

import pytest
from pydantic import SecretStr
from scripted_endpoint import Endpoint, lists
from span_collector import SpanCollector

import workbench
from workbench.case import ocr_engine
from workbench.cli import run
from workbench.config import Settings
from workbench.live.user_name import UNNAMED
from workbench.server import diagnosis
from workbench.workflow.loop import BackgroundLoop


@pytest.fixture
def settings(shared_home):
    yield Settings(home=shared_home)
    BackgroundLoop.current().close()


def states(found):
    return {each.part: each.state for each in found}


def test_working_installation_fails_nowhere(settings):
    found = workbench.doctor(settings)
    assert found.ok
    assert [str(each) for each in found if each.state == "failed"] == []
    assert {"workbench", "home", "store", "model", "JupyterLab", "widgets", "nbconvert", "extra plots"} <= set(
        states(found)
    )
    assert states(found)["store"] == "ok"
    assert all(each.remedy for each in found if each.state == "missing")


def test_diagnosis_is_shown_as_table(settings):
    found = workbench.doctor(settings, ask=False)
    assert list(found.to_frame().columns) == ["part", "state", "what", "remedy"]
    assert len(found.to_frame()) == len(found)
    assert found._repr_html_().count("<tr>") == len(found) + 1
    assert repr(found).startswith("<Diagnosis: ")


async def test_diagnosis_works_on_running_loop(settings):
    """As a notebook's cell calls it."""
    assert asyncio.get_running_loop().is_running()
    assert workbench.doctor(settings, ask=False).ok


def test_unreachable_store_fails(shared_home, tmp_path):
    settings = Settings(home=shared_home, redis_url=f"unix://{tmp_path / 'nobody.sock'}")
    found = workbench.doctor(settings)
    assert not found.ok
    assert states(found)["store"] == "failed"
    assert states(found)["JupyterLab"] == "ok"


def test_memory_store_is_noted(shared_home):
    found = workbench.doctor(Settings(home=shared_home, use_redis=False))
    assert states(found)["store"] == "note"


def test_answering_model_is_named(shared_home):
    with Endpoint() as endpoint:
        endpoint.listing = lists("gpt-4.1")
        key = SecretStr("sk-never-printed")
        settings = Settings(
            home=shared_home, use_redis=False, model="gpt-4.1", openai_base_url=endpoint.url, openai_api_key=key
        )
        asked = workbench.doctor(settings)
        not_asked = workbench.doctor(settings, ask=False)
    assert (states(asked)["model"], states(not_asked)["model"]) == ("ok", "note")
    assert "sk-never-printed" not in " ".join(map(str, (*asked, *not_asked)))


def test_refusing_model_fails(shared_home):
    settings = Settings(home=shared_home, use_redis=False, model="gpt-4.1", openai_base_url="http://127.0.0.1:9/v1")
    failed = [each for each in workbench.doctor(settings) if each.part == "model"]
    assert [each.state for each in failed] == ["failed"]
    assert "127.0.0.1" in failed[0].what
    assert failed[0].remedy


def test_bad_settings_do_not_end_it(monkeypatch):
    monkeypatch.setenv("REDIS_SOCKET_TIMEOUT", "soon")
    found = workbench.doctor()
    assert states(found)["settings"] == "failed"
    assert "REDIS_SOCKET_TIMEOUT" in str(next(each for each in found if each.part == "settings"))
    assert states(found)["JupyterLab"] == "ok"


@pytest.mark.parametrize(("part", "command"), [("extra ocr", "[ocr]"), ("extra plots", "[plots]")])
def test_missing_extra_names_command(settings, monkeypatch, part, command):
    real = metadata.distribution

    def find(name):
        if name in {"rapidocr", "matplotlib"}:
            raise metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(metadata, "distribution", find)
    found = {each.part: each for each in workbench.doctor(settings)}
    assert found[part].state == "missing"
    assert command in found[part].remedy


def test_missing_ocr_engine_is_named(settings, monkeypatch):
    monkeypatch.setattr(diagnosis, "ocr_engine_name", lambda: "")
    found = {each.part: each for each in workbench.doctor(settings)}
    assert found["OCR"].state == "missing"
    assert found["OCR"].remedy in ocr_engine.INSTALL_OCR


def test_missing_exporters_fail(settings, monkeypatch):
    monkeypatch.setattr(diagnosis, "NBCONVERT_EXPORTERS", frozenset({"petition_pdf", "petition_odt"}))
    found = {each.part: each for each in workbench.doctor(settings)}
    assert "petition_odt" in found["nbconvert"].what
    assert found["nbconvert"].state == "failed"


def test_script_without_font_is_named(settings, monkeypatch):
    # A character of the private area is in no font.
    monkeypatch.setattr(diagnosis, "SCRIPTS", {"Greek": "Ελένη", "Tengwar": "\U000f1234"})
    found = {each.part: each for each in workbench.doctor(settings)}
    assert found["fonts"].state == "missing"
    assert "Tengwar" in found["fonts"].what
    assert "Greek" not in found["fonts"].what


def test_windows_names_wsl(settings, monkeypatch):
    monkeypatch.setattr(diagnosis.sys, "platform", "win32")
    found = list(diagnosis._check_python())
    assert found[-1].state == "failed"
    assert "WSL2" in found[-1].remedy


def test_command_prints_same_conditions(settings, monkeypatch, capsys):
    monkeypatch.setattr(diagnosis, "read_user_name", lambda _: UNNAMED)
    assert run(["doctor", "--offline", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert {each["part"]: each["state"] for each in printed}["name"] == "note"
    assert run(["doctor", "--offline"]) == 0
    lines = capsys.readouterr().out
    assert "next: workbench user NAME" in lines
    assert "FAILED" not in lines


def test_command_fails_with_failed_part(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("REDIS_URL", f"unix://{tmp_path / 'nobody.sock'}")
    assert run(["doctor", "--offline"]) == 1
    assert "FAILED" in capsys.readouterr().out


def test_plugins_are_listed(settings, packages):
    packages.install_example("tuning.md", "Plug-ins")
    packages.install("firm-txt", "firm_txt", "write = 3", "[workbench.exporters]\ntxt = firm_txt:write\n")
    found = [each for each in workbench.doctor(settings, ask=False) if each.part == "plug-in"]
    assert [each.state for each in found] == ["ok", "failed"]
    assert "'short-sentences' of firm-scorers 1.2" in found[0].what
    assert "'txt' of firm-txt 1.2 (firm_txt:write) is no function but int" in found[1].what


def test_tracing_is_off_unless_set(settings):
    found = {each.part: each for each in workbench.doctor(settings)}
    assert (found["tracing"].state, found["tracing"].what) == ("note", "off: no span of a run is sent")
    assert found["extra tracing"].state == "ok"


def test_collector_is_asked_without_spans(settings):
    with SpanCollector() as collector:
        key = SecretStr("x-key=hunter2")
        settings = settings.model_copy(update={"tracing_endpoint": collector.url, "tracing_headers": key})
        (asked,) = (each for each in workbench.doctor(settings) if each.part == "tracing")
        assert (asked.state, asked.what) == ("ok", f"{collector.host} takes spans without any text of a case")
        assert [each.body for each in collector.received] == [b""]
        assert collector.received[0].headers["x-key"] == "hunter2"
        content = settings.model_copy(update={"tracing_content": True})
        (not_asked,) = (each for each in workbench.doctor(content, ask=False) if each.part == "tracing")
        assert "with the text of prompts and drafts, not asked" in not_asked.what
        assert len(collector.received) == 1
        collector.status = 401
        (refused,) = (each for each in workbench.doctor(settings) if each.part == "tracing")
    assert str(refused) == (f"tracing: WORKBENCH_TRACING_HEADERS: {collector.host} answers HTTP 401; correct the key")


@pytest.mark.parametrize(
    ("address", "words"),
    [("http://127.0.0.1:9", "cannot be reached (ConnectionError)"), ("ftp://x", "no address of an OTLP endpoint")],
)
def test_unusable_collector_fails(settings, address, words):
    settings = settings.model_copy(update={"tracing_endpoint": address})
    (failed,) = (each for each in workbench.doctor(settings) if each.part == "tracing")
    assert failed.state == "failed"
    assert words in failed.what
    assert failed.remedy
