"""Requests made from the server's own OpenAPI document.

Well-formed or not, none is answered with a 5xx.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

import workbench
from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.server.links import make_link
from workbench.workflow.context import RunOptions
from workbench.workflow.loop import BackgroundLoop

from .access_table import TABLE
from .conftest import CASES, served_on_loop

UNATTENDED = RunOptions(unattended=True)
EXAMPLES = int(os.environ.get("WORKBENCH_SCHEMATHESIS_EXAMPLES", "10"))
"""For each route and token; each is asked about the run it names and about one that is there."""

NOT_OF_A_REAL_RUN = {
    "/api/fork/{thread_id}",  # would start a run for each
    "/api/download-petition-pdf/{thread_id}",  # would typeset a petition for each
}


@pytest.fixture(scope="module")
def served(shared_home):
    told, server = served_on_loop(Settings(home=shared_home, cases=CASES))
    yield told
    BackgroundLoop.current().call(server.end())
    BackgroundLoop.current().close()


@pytest.fixture(scope="module")
def run(served):
    settings = served.settings
    run = workbench.start(
        load_case("minimal", settings=settings), settings=settings, options=RunOptions(unattended=True)
    )
    run.wait(60)
    return run


@pytest.fixture(scope="module")
def tokens(served, run):
    settings = served.settings
    loop = BackgroundLoop.current()

    async def made() -> str:
        return (await make_link(await loop.store(settings), settings, run.thread_id, redact=True, user_id="ada"))[1]

    return {"author": served.token, "view": loop.call(made())}


@pytest.fixture(scope="module")
def document(served):
    return schemathesis.openapi.from_url(
        f"{served.url}/openapi.json", headers={"authorization": f"Bearer {served.token}"}
    )


@pytest.fixture(scope="module")
def heard():
    """Counts the answers of each kind.

    So the test also proves that requests reach the routes.
    """
    counted: Counter[tuple[str, int]] = Counter()
    yield counted
    assert {status for _, status in counted} >= {200, 403, 404, 422}
    assert counted["author", 200] > EXAMPLES
    assert counted["view", 403] > EXAMPLES


IN_THE_DOCUMENT = sorted(set(TABLE) - {("GET", "/nothing-here"), ("GET", "/docs"), ("GET", "/openapi.json")})
ROUTES = [(method, path) for method, path in IN_THE_DOCUMENT if method != "WS"]


def test_every_route_is_in_the_document(document):
    known = {(each.ok().method.upper(), each.ok().path) for each in document.get_all_operations()}
    assert known == set(ROUTES)


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.name.lower())
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_generated_requests_break_nothing(document, tokens, run, heard, method, path, mode):
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(document[path][method].as_strategy(generation_mode=mode))
    def ask(case):
        own = {**(case.path_parameters or {}), "thread_id": run.thread_id}
        about = [case.path_parameters]
        about += [own] if "{thread_id}" in path and path not in NOT_OF_A_REAL_RUN else []
        for parameters, (who, token) in itertools.product(about, tokens.items()):
            case.path_parameters = parameters
            answer = case.call(headers={"authorization": f"Bearer {token}"})
            heard[who, answer.status_code] += 1
            assert answer.status_code < 500, (who, method, case.formatted_path, answer.text)
            if answer.status_code >= 400:
                assert set(answer.json()) == {"detail"}

    nothing_can_be_got_wrong = [Unsatisfiable] if mode is schemathesis.GenerationMode.NEGATIVE else []
    with contextlib.suppress(*nothing_can_be_got_wrong):
        ask()
