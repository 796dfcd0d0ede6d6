"""Variables, commands, metrics, keys and links that the operating guides name exist."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from one_node_cluster import ask, free_port, until
from redis.asyncio import Redis

from workbench.cli import cli, run
from workbench.config import _VARIABLES, Settings
from workbench.live import keys
from workbench.live.embedded import binary_path
from workbench.live.open_store import open_store
from workbench.server.app import OPEN_PATHS, create_app
from workbench.server.links import revoke
from workbench.server.metrics import KINDS

TOP = Path(__file__).resolve().parents[2]
DEPLOY = TOP / "docs" / "deploy"
PAGES = [TOP / "docs" / "redis.md", TOP / "docs" / "server.md", DEPLOY / "README.md"]
FILES = [*PAGES, DEPLOY / "compose.yaml", DEPLOY / "Dockerfile", DEPLOY / "Caddyfile"]
PASSWORD = "p4ss"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())

named = [pytest.param(path, id=path.name if path.parent != DEPLOY else f"deploy/{path.name}") for path in FILES]
page = [pytest.param(path, id=path.name if path.parent != DEPLOY else f"deploy/{path.name}") for path in PAGES]


@pytest.mark.parametrize("path", named)
def test_variables_of_pages_are_settings(path):
    found = set(re.findall(r"\b(?:WORKBENCH|REDIS|OPENAI|USE)_[A-Z_]+\b", path.read_text()))
    assert found - set(_VARIABLES.values()) == set()


STARTS = re.compile(r"(?:^|exec serve-\d |\$\()(?:workbench|docker run --rm eb1a-workbench) (.*)")
"""Of a command: by itself, in a container, or for what it prints."""


def commands(text: str) -> list[list[str]]:
    """Every `workbench …` of a page, in its prose, tables and listings."""
    listings = re.findall(r"^```(?:ba)?sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    lines = [line.split(" #")[0] for line in [*"\n".join(listings).splitlines(), *spans]]
    starts = [STARTS.search(line.strip()) for line in lines]
    return [shlex.split(re.split(r"\)?[\"']?$|;|&&", start[1])[0].replace("\\|", "|")) for start in starts if start]


@pytest.mark.parametrize("path", page)
def test_every_command_parses(path):
    found = commands(path.read_text())
    assert found
    for words in found:
        command: click.Command = cli
        context = click.Context(cli, info_name="workbench")
        rest = [word for word in words if word != "…"]
        while isinstance(command, click.Group) and rest:
            name, command, rest = command.resolve_command(context, rest)
            assert command is not None, words
            context = click.Context(command, info_name=name, parent=context)
        if not isinstance(command, click.Group):
            command.parse_args(context, rest)  # a UsageError where an option or argument is none


def test_the_commands_are_found():
    text = (
        "run `workbench redis rekey` or\n```bash\n"
        'KEY="$(workbench redis key)"  # new\ndocker compose exec serve-1 workbench status\n```\n'
    )
    assert commands(text) == [["redis", "key"], ["status"], ["redis", "rekey"]]
    with pytest.raises(click.UsageError):
        cli.resolve_command(click.Context(cli), ["rediss"])


SECRET_WORDS = re.compile(
    r"\$\{?\w*(?:TOKEN|SECRET|PASSWORD|KEY)\b|Bearer\b|author-token|--(?:requirepass|token|pass(?:word)?|api-key)\b"
    r"|redis-cli.* -a |://[^/\s@]*:[^/\s@]+@"
)
"""Options that put a secret into the arguments of a program."""


def arguments(text: str) -> Iterator[str]:
    """Every line of a page's listings, without what is no argument of a program."""
    for listing in re.findall(r"^```(?:ba|console|)sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        plain = re.sub(r"<<(\w+)\n.*?^\1$", "", listing, flags=re.MULTILINE | re.DOTALL)
        for line in plain.replace("\\\n", " ").splitlines():
            # The shell's own: a comment, an assignment, and what printf writes into a pipe.
            yield re.sub(r"(?:^|\s)#.*|\b[A-Z_]+=(?:\"[^\"]*\"|\S*)|\bprintf .*?(?=\||;|$)", "", line)


ALL_PAGES = [TOP / "README.md", *sorted((TOP / "docs").rglob("*.md"))]


@pytest.mark.parametrize("path", ALL_PAGES, ids=lambda path: str(path.relative_to(TOP)))
def test_page_puts_no_secret_into_arguments(path):
    assert [line for line in arguments(path.read_text()) if SECRET_WORDS.search(line)] == []


def test_composition_puts_no_secret_into_arguments():
    for service in COMPOSE["services"].values():
        for words in (service.get("command"), service.get("healthcheck", {}).get("test")):
            assert not SECRET_WORDS.search(" ".join(words or []))


@pytest.mark.parametrize(
    "line",
    [
        'curl -H "Authorization: Bearer $TOKEN" http://x',
        'curl -H "Authorization: Bearer 123" http://x',
        "workbench serve --token abc",
        "redis-cli -h x -a secret PING",
        "valkey-server --requirepass $REDIS_PASSWORD",
        "redis-cli -u redis://user:hunter2@host/0",
        "curl http://x/?token=$(cat ~/author-token)",
        "curl \\\n  --user $API_KEY http://x",
    ],
)
def test_secret_in_arguments_is_found(line):
    assert any(SECRET_WORDS.search(found) for found in arguments(f"```sh\n{line}\n```\n"))


async def test_page_lists_exactly_the_metrics(tmp_path):
    app = create_app(Settings(home=tmp_path, use_redis=False))
    metrics = app.state.manager.metrics
    shown = {line.split()[2] for line in metrics.render().decode().splitlines() if line.startswith("# TYPE")}
    shown = {name for name in shown if not name.endswith("_created")}
    told = re.findall(r"^\| `(workbench_\w+)", PAGES[0].read_text(), re.MULTILINE)
    assert sorted(told) == sorted(shown)
    assert set(re.findall(r"\bworkbench_[a-z_]+", PAGES[0].read_text())) == shown
    row = next(line for line in PAGES[0].read_text().splitlines() if line.startswith("| `workbench_viewers{"))
    assert tuple(re.findall(r"`(\w+)`", row)[-3:]) == KINDS


def test_every_key_is_told():
    text = PAGES[0].read_text()
    for part in keys.PARTS:
        assert re.search(rf"[:…]{part}`", text), part
    for name in (keys.snapshot_key("abc-123"), keys.LINKS, keys.OPENINGS):
        assert f"| `{name}` |" in text


def test_the_headings_are_the_seeds():
    headings = re.findall(r"^## (.*)", PAGES[0].read_text(), re.MULTILINE)
    assert headings == ["Installation", "Configuration", "Production", "Monitoring", "Troubleshooting", "Migration"]


@pytest.mark.parametrize("path", page)
def test_every_link_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)]+)\)", path.read_text()):
        name, _, anchor = target.partition("#")
        leads = (path.parent / name).resolve() if name else path
        assert leads.exists(), target
        headings = re.findall(r"^#+ (.*)", leads.read_text(), re.MULTILINE) if leads.is_file() else []
        assert not anchor or anchor in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in headings}


def test_the_composition():
    services = COMPOSE["services"]
    servers = [name for name, service in services.items() if "build" in service]
    assert servers == ["serve-1", "serve-2"]
    assert len({services[name]["hostname"] for name in servers}) == 2
    [mounted] = services["valkey"]["configs"]
    assert services["valkey"]["command"] == ["valkey-server", mounted["target"]]
    assert mounted["mode"] == 0o400
    options = dict(line.split(" ", 1) for line in COMPOSE["configs"][mounted["source"]]["content"].splitlines())
    assert options["appendonly"] == "yes"
    assert options["appendfsync"] == "always"
    assert options["maxmemory-policy"] == "noeviction"
    assert options["requirepass"].startswith("${REDIS_PASSWORD:?")
    assert {name for name, service in services.items() if "ports" in service} == {"proxy"}
    environment = services["serve-1"]["environment"]
    assert environment["WORKBENCH_TRUSTED_PROXIES"] == services["proxy"]["networks"]["front"]["ipv4_address"]
    for service in services.values():
        mounted = {volume.split(":")[0] for volume in service["volumes"]}
        assert {name for name in mounted if not name.startswith(".")} <= set(COMPOSE["volumes"])
        assert set(service["networks"]) <= set(COMPOSE["networks"])


@pytest.fixture
def valkey(tmp_path):
    """The port of the embedded binary, run with the configuration of the composition."""
    port = free_port()
    configuration = tmp_path / "valkey.conf"
    configuration.write_text(re.sub(r"\$\{.*\}", PASSWORD, COMPOSE["configs"]["valkey"]["content"]))
    command = [
        str(binary_path()),
        str(configuration),
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--dir",
        str(tmp_path),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        until(lambda: ask(port, "PING") != b"", process)
        yield port
        process.terminate()


async def test_documented_redis_rights_are_enough(valkey, tmp_path, monkeypatch, capsys):
    line = re.search(r"ACL SETUSER .*?(?=\n\s*```)", PAGES[0].read_text(), re.DOTALL)[0].split()
    async with Redis(port=valkey, password=PASSWORD) as owner:
        await owner.execute_command(*line)
        monkeypatch.setenv("REDIS_URL", f"redis://{line[2]}:password@127.0.0.1:{valkey}/0")
        monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
        assert await asyncio.to_thread(use_the_store) == [0, 0, 0]
        _, info, link = map(json.loads, capsys.readouterr().out.splitlines())
        assert info["durable"] is True
        assert info["policy"] == "noeviction"
        store = await open_store(Settings.from_env())
        with store.watch_links() as changed, store.watch_writes("abc-123"), store.watch_requests("abc-123"):
            await revoke(store, link["id"], "ada")
            await asyncio.wait_for(changed.wait(), 10)
        await store.log_opening(b"{}")
        assert await store.openings() == [b"{}"]
        await store.aclose()
        assert await owner.acl_log() == []
        assert {key.decode() for key in await owner.keys("workbench:*")} == {keys.LINKS, keys.OPENINGS}


def use_the_store() -> list[int]:
    minimal = str(TOP / "tests" / "cases" / "minimal")
    return [
        run(["draft", minimal, "--thread-id", "abc-123", "--unattended", "--json"]),
        run(["redis", "info", "--json"]),
        run(["share", "abc-123", "--json"]),
    ]


def test_composition_settings_are_read():
    given = {"REDIS_PASSWORD": "p", "WORKBENCH_SECRET": "s" * 64, "WORKBENCH_AUTHOR_TOKEN": "a" * 64,
             "WORKBENCH_ENCRYPTION_KEY": "k", "SITE": "petitions.firm.example"}  # fmt: skip
    environment = {
        name: re.sub(r"\$\{(\w+):[?-][^}]*\}", lambda match: given.get(match[1], ""), str(value))
        for name, value in COMPOSE["services"]["serve-1"]["environment"].items()
    }
    settings = Settings.from_env(environment)
    assert settings.redis_url == "redis://valkey:6379/0"
    assert settings.public_url == "https://petitions.firm.example"
    assert settings.model is None


def test_dockerfile_copies_wheel_and_drops_root():
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    copies = [line.split() for line in lines if line.startswith("COPY ") and "--from" not in line]
    copied = {word.split("/")[0] for words in copies for word in words[1:-1]}
    build = tomllib.loads((TOP / "pyproject.toml").read_text())
    wheel = build["tool"]["hatch"]["build"]["targets"]["wheel"]
    project = build["project"]
    needed = {
        *wheel["packages"],
        *wheel["force-include"],
        *wheel["shared-data"],
        project["readme"],
        *project["license-files"],
    }
    assert {name.split("/")[0] for name in needed} | {"pyproject.toml"} == copied
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["10001"]
    entry = [yaml.safe_load(line.split(" ", 1)[1]) for line in lines if line.startswith(("ENTRYPOINT ", "CMD "))]
    command, words = entry
    assert command == ["workbench"]
    serve = cli.get_command(click.Context(cli), words[0])
    serve.parse_args(click.Context(serve), words[1:])
    port = next(parameter.default for parameter in serve.params if parameter.name == "port")
    assert f"EXPOSE {port}" in lines


def test_proxy_asks_the_composed_servers():
    text = (DEPLOY / "Caddyfile").read_text()
    assert re.search(r"reverse_proxy (.*) \{", text)[1].split() == ["serve-1:8765", "serve-2:8765"]
    assert re.search(r"health_uri (\S+)", text)[1] in OPEN_PATHS
    assert "replace token REDACTED" in text
