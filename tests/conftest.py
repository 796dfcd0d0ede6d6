"""Fixtures of every test: a home of its own, an environment without the user's settings, a leak check."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
from pathlib import Path

import hypothesis
import pytest
from installed_package import InstalledPackages
from playwright.sync_api import expect, sync_playwright
from tools import CHROMIUM, CHROMIUM_OPTIONS, require_tool

import workbench.cli  # noqa: F401 - before nbformat: see there
from workbench.case.document_cache import DOCUMENTS
from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.live.embedded import stop_server
from workbench.live.user_name import save_user_name

VARIABLES = (
    "REDIS_URL",
    "REDIS_PASSWORD",
    "REDIS_MAX_CONNECTIONS",
    "REDIS_SOCKET_TIMEOUT",
    "USE_REDIS",
    "WORKBENCH_CASES",
    "WORKBENCH_PRICES",
    "WORKBENCH_PROMPTS",
    "WORKBENCH_GOLDEN",
    "WORKBENCH_STYLE",
    "WORKBENCH_LANGUAGE",
    "WORKBENCH_STATE_TTL",
    "WORKBENCH_ENCRYPTION_KEY",
    "WORKBENCH_MODEL",
    "WORKBENCH_KEY_COMMAND",
    "WORKBENCH_MAX_OUTPUT_TOKENS",
    "WORKBENCH_REASONING_EFFORT",
    "WORKBENCH_TEMPERATURE",
    "WORKBENCH_EXTRA_BODY",
    "WORKBENCH_MODEL_OPTIONS",
    "WORKBENCH_STYLE_MEMORY",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "WORKBENCH_AUTHOR_TOKEN",
    "WORKBENCH_SECRET",
    "WORKBENCH_PUBLIC_URL",
    "WORKBENCH_TRUSTED_PROXIES",
    "USE_WEBSOCKET",
    "WORKBENCH_TRACING_ENDPOINT",
    "WORKBENCH_TRACING_HEADERS",
    "WORKBENCH_TRACING_CONTENT",
    "LANGSMITH_TRACING",
    "LANGCHAIN_TRACING_V2",
)

# Tests start some three hundred processes. Where bytecode may not be written, each compiles the package again (half a
# second), and pytest rewrites every module of its plugins. Set before pytest-xdist starts its processes.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# On the small matrices of the tests the threads of OpenBLAS only wait for one another, and compute while they do.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Its limit of 0.2 s for an example is one of time: a busy machine misses it.
hypothesis.settings.register_profile("workbench", deadline=None)
hypothesis.settings.load_profile("workbench")

# Of an expectation about a page, in milliseconds; the usual 5 s are too few for a busy machine.
expect.set_options(timeout=20_000)

# A shell's background and nohup make whoever they start, and its children, deaf to them; the commands under test must
# hear. A handler of our own is not inherited: it leaves the children the system's.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, lambda *_: None)


MARKED_FILES = {
    "browser": ("browser/",),
    "cluster": ("live/test_real_cluster", "live/test_sentinel"),
    "model": (
        "drafting/test_local_model",
        "workflow/test_local_model",
        "tuning/test_judge_local",
        "cli/test_local_model",
    ),
    "npm": ("web/test_javascript", "tuning/promptfoo/test_results"),
    "benchmark": ("house/test_benchmarks",),
    "slow": (
        "notebooks",
        "house/test_deploy",
        "house/test_faults",
        "house/test_house",
        "house/test_site",
        "house/test_wheel",
        # Each test starts the command, a server or a kernel as a process of its own, or many children.
        "case/test_reading_process",
        "cli/test_dashboard",
        "cli/test_draft",
        "cli/test_export",
        "cli/test_output",
        "cli/test_promptfoo",
        "cli/test_run_commands",
        "cli/test_serve",
        "cli/test_import_docx",
        "export/test_claims",
        "export/test_docx",
        "export/test_files",
        "export/test_exporters",
        "export/test_package",
        "export/test_verify.py",
        "export/test_volume_stamps",
        "export/test_word_import",
        "intake/test_sample_intake",
        "server/test_command_routes",
        "server/test_jupyter_proxy",
        "server/test_kernel_control",
        "server/test_secrets",
        "server/test_shutdown",
        "server/test_voila",
        "tuning/promptfoo/test_export",
        "tuning/promptfoo/test_run",
        "tuning/test_worker",
        "workflow/test_crashes",
        "workflow/test_store_troubles",
        "workflow/test_isolation",
        "workflow/test_kernel",
        # A thousand viewers, hundreds of generated requests or simulated experiments, the whole package read again.
        "house/test_dependencies",
        "house/test_metrics",
        "house/test_seeded_errors",
        "server/test_connection_manager",
        "server/test_schemathesis",
        "tuning/test_statistics",
        # Texts of 64 KB and more, pages that are recognised or drawn, random edits that are checked twice.
        "case/test_ocr",
        "case/test_page_drawing",
        "checks/test_hostile_text",
        "checks/test_result_cache",
        "export/test_pictures",
        "tuning/experiment/test_plots",
        "case/test_exhibits",
        "record/test_name_terms",
        # Whole runs, experiments or re-encryptions: half a second a test.
        "drafting/test_endpoint_embeddings",
        "live/test_rekey",
        "server/test_document_routes",
        "server/test_redaction",
        "server/test_share_command",
        "server/test_sharing",
        "server/test_websocket",
        "tuning/learning/test_optimize",
        "tuning/test_experiment",
        "tuning/test_gate",
        "tuning/test_session",
        "test_public_api",
        "widgets/test_real_run",
        "widgets/test_tuner",
        "workflow/test_command_races",
        "workflow/test_encrypted_runs",
        "workflow/test_fork",
        "workflow/test_prompts_of_runs",
        "workflow/test_run.py",
        "workflow/test_section_commands",
        "workflow/test_start",
        "workflow/test_style_memory",
    ),
}
SLOW_FILES = tuple(file for files in MARKED_FILES.values() for file in files)


def pytest_configure(config):
    gc.disable()  # until the tests are collected: see pytest_collection_finish
    # Commands that tests start would read it, and might send the sample case to the endpoint that it names.
    if Path(".env").is_file():
        pytest.exit("move .env out of this folder: the tests would read it", returncode=2)
    # pytest-xdist would begin with the files of the most tests, and one process would be left alone with the longest.
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_ignore_collect(collection_path, config):
    """Leaves the slow files unread where only the others are asked for: reading all takes each process ten seconds."""
    if config.option.markexpr == "not slow" and collection_path.suffix == ".py":
        return collection_path.relative_to(Path(__file__).parent).as_posix().startswith(SLOW_FILES) or None
    return None


def pytest_collection_modifyitems(items):
    """Marks tests by what they start (docs/CONTRIBUTING.md explains the markers); files with slow tests come first."""
    tests = Path(__file__).parent
    for item in items:
        place = item.path.relative_to(tests).as_posix()
        marks = {mark for mark, files in MARKED_FILES.items() if place.startswith(files)}
        if "browser" in item.fixturenames:
            marks.add("browser")
        if marks or any(item.get_closest_marker(mark) for mark in MARKED_FILES):
            marks.add("slow")
        for mark in marks:
            item.add_marker(mark)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish():
    """Takes the thousands of tests out of the garbage collector's sight: it would walk over them again and again.

    It looks less often than every 700 objects, which took a tenth of the tests' time.
    """
    gc.freeze()
    gc.set_threshold(50_000)
    gc.enable()


@pytest.fixture(scope="module")
def shared_home():
    """One embedded server for a file's tests that do not break it; a short path, for the socket's sake."""
    home = Path(tempfile.mkdtemp(prefix="wb-"))
    save_user_name(Settings(home=home), "root")
    yield home
    stop_server(Settings(home=home))
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def read_exhibits(tmp_path_factory):
    """Text of the sample case's exhibits as a home keeps it; a new home reads them in two processes, for 0.3 s.

    To be copied: ``shutil.copytree(read_exhibits, home / DOCUMENTS)``.
    """
    home = tmp_path_factory.mktemp("read")
    load_case("wu", settings=Settings(home=home))
    return home / DOCUMENTS


@pytest.fixture(scope="session")
def chromium():
    """A real Chromium, one for a pytest process, and the event loop that Playwright keeps running in it."""
    program = require_tool(*CHROMIUM, install="apt-get install chromium-headless-shell")
    playwright = sync_playwright().start()
    loop = asyncio.get_running_loop()
    browser = playwright.chromium.launch(executable_path=program, headless=True, args=CHROMIUM_OPTIONS)
    asyncio._set_running_loop(None)
    yield browser, loop
    asyncio._set_running_loop(loop)
    browser.close()
    playwright.stop()


@pytest.fixture(scope="module")
def browser(chromium):
    """The browser, for the tests of a file.

    Playwright's event loop counts as the running one in these files only: no asyncio test may meet it.
    """
    browser, loop = chromium
    asyncio._set_running_loop(loop)
    yield browser
    for context in browser.contexts:
        context.close()
    asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def pictures():
    """Folder of the screenshots: ``screenshots/`` of the project, not in git."""
    folder = Path(__file__).resolve().parents[1] / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, shared_home):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WORKBENCH_HOME", str(shared_home))


@pytest.fixture(autouse=True)
def no_threads_left():
    before = set(threading.enumerate())
    yield
    ours = [thread for thread in threading.enumerate() if not thread.daemon and not thread.name.startswith("asyncio_")]
    left = [thread for thread in ours if thread not in before]  # asyncio_*: a loop's own pool, joined when it closes
    assert not left, f"threads outlive the test: {left}"


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Installs packages with plug-ins, for the test."""
    packages = InstalledPackages(tmp_path / "installed", monkeypatch)
    yield packages
    packages.remove()


@pytest.fixture
def until():
    """Waits, without polling, until a run's snapshot satisfies a condition."""

    def wait(run, condition, timeout_s: float = 30.0):
        reached = threading.Event()

        def look(_events, snapshot):
            if condition(snapshot):
                reached.set()

        unsubscribe = run.subscribe(look)
        look((), run.snapshot)
        assert reached.wait(timeout_s), f"not reached: {run.snapshot.status}, {run.snapshot.logs[-3:]}"
        unsubscribe()
        return run.snapshot

    return wait


@pytest.fixture
def root_logger():
    """The root logger, as it was afterwards: a handler that stays would write to a closed capture."""
    logger, ours = logging.getLogger(), logging.getLogger("workbench")
    before = logger.handlers[:], logger.level, ours.level
    yield logger
    logger.handlers[:] = before[0]
    logger.setLevel(before[1])
    ours.setLevel(before[2])
