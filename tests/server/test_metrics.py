"""Metrics, readiness and the structured log."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families
from watching import Viewer, WrittenRun

from workbench.server.links import make_link
from workbench.server.logs import JsonFormatter, TextFormatter, log_to_stderr

from .conftest import FOREIGN, ask


@pytest.fixture
def run(settings, loop):
    return WrittenRun(settings)


def values(served):
    answer = served.get("/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


def test_metrics_count_events(served, run, settings, loop):
    _, plain = loop.call(make_link(run.store, settings, run.thread_id, user_id="lena"))
    _, redacted = loop.call(make_link(run.store, settings, run.thread_id, user_id="lena", redact=True))
    before = values(served)
    assert before["workbench_viewers", "author"] == before["workbench_runs_followed",] == 0
    with (
        Viewer(served.url, run.thread_id, served.token) as author,
        Viewer(served.url, run.thread_id, plain) as one,
        Viewer(served.url, run.thread_id, plain) as two,
        Viewer(served.url, run.thread_id, redacted) as nameless,
    ):
        everybody = (author, one, two, nameless)
        for viewer in everybody:
            viewer.begun()
        run.say("One. ")
        run.say("Two. ")
        for viewer in everybody:
            viewer.next()
            viewer.next()
        now = values(served)
    assert now["workbench_viewers", "author"] == 1
    assert now["workbench_viewers", "view"] == 2
    assert now["workbench_viewers", "redacted"] == 1
    assert now["workbench_runs_followed",] == 1
    assert now["workbench_connections_total",] == 4
    assert now["workbench_events_total",] == 2
    assert now["workbench_events_sent_total",] == 8
    assert now["workbench_event_lag_seconds_count",] == 2
    assert 0 < now["workbench_event_lag_seconds_sum",] < 10
    assert now["workbench_event_lag_seconds_bucket", "+Inf"] == 2
    assert now["workbench_viewer_resyncs_total",] == now["workbench_redis_errors_total",] == 0
    assert now["workbench_store_away",] == now["workbench_viewers_behind",] == 0


def test_refusals_are_counted_by_reason(served, run):
    ask(served.url, "GET", "/api/documents", authorization="Bearer wrong")
    ask(served.url, "GET", "/api/documents", origin=FOREIGN)
    with Viewer(served.url, run.thread_id, "wrong") as viewer:
        viewer.closed()
    now = values(served)
    assert now["workbench_refused_total", "token"] == 2
    assert now["workbench_refused_total", "origin"] == 1


def test_only_the_author_reads_them(served, run, settings, loop):
    _, token = loop.call(make_link(run.store, settings, run.thread_id, user_id="lena"))
    assert ask(served.url, "GET", "/metrics").status == 401
    assert ask(served.url, "GET", "/metrics", authorization=f"Bearer {token}").status == 403


def test_metrics_name_no_run(served, run):
    with Viewer(served.url, run.thread_id, served.token) as viewer:
        viewer.begun()
        body = served.get("/metrics").body.decode()
    assert run.thread_id not in body
    assert "127.0.0.1" not in body
    assert served.token not in body


def test_json_log_has_extra_fields(root_logger, capsys):
    log_to_stderr("json", "info")
    logging.getLogger("workbench").info("a viewer\ncame", extra={"thread_id": "t", "kid": "abc"})
    logging.getLogger("workbench").debug("not asked for")
    logging.getLogger("uvicorn.error").info("GET /?token=secret")
    try:
        int("no way")
    except ValueError:
        logging.getLogger("workbench").exception("it failed")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert len(lines) == 2
    assert lines[0]["at"].endswith("Z")
    assert {name: value for name, value in lines[0].items() if name != "at"} == {
        "level": "info", "logger": "workbench", "message": "a viewer\ncame", "thread_id": "t", "kid": "abc",
    }  # fmt: skip
    assert "ValueError: invalid literal for int() with base 10: 'no way'" in lines[1]["error"]


def test_text_log_is_one_line(root_logger, capsys):
    log_to_stderr("text", "warning")
    logging.getLogger("workbench").warning("two\nlines \x1b[2J", extra={"kid": "a\nb"})
    assert capsys.readouterr().err == "warning: two lines \\x1b[2J kid=a b\n"


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()])
def test_odd_log_record_is_logged(formatter):
    record = logging.LogRecord("x", logging.ERROR, "", 0, "%s", (object(),), None)
    record.odd = {1, 2}
    assert "object" in formatter.format(record)
    try:
        int("why")
    except ValueError:
        record.exc_info = sys.exc_info()
    assert "why" in formatter.format(record)
