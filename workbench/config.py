"""Settings, read from the environment in one place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_core import ErrorDetails

from workbench.env_file import EnvFile, read_env_file
from workbench.errors import InputError, Problem
from workbench.model_settings import ExtraBody, ModelSettings, OptionsByModel, OutputLimit, ReasoningEffort, Temperature

PACKAGE_FOLDER = Path(__file__).resolve().parent

LANGUAGES = PACKAGE_FOLDER / "languages"
"""Folder of the catalogues, ``<language>.po``, and of ``messages.pot``, the list of all messages."""

_TEN_YEARS_S = 315_360_000
"""Longest time to live of keys. Redis would refuse a longer one, but only when the run has ended."""

# docs/redis.md and docs/server.md name these variables; a test compares them.
_VARIABLES = {
    "redis_url": "REDIS_URL",
    "redis_password": "REDIS_PASSWORD",
    "redis_ca_file": "REDIS_CA_FILE",
    "redis_max_connections": "REDIS_MAX_CONNECTIONS",
    "redis_socket_timeout_s": "REDIS_SOCKET_TIMEOUT",
    "use_redis": "USE_REDIS",
    "home": "WORKBENCH_HOME",
    "cases": "WORKBENCH_CASES",
    "prices": "WORKBENCH_PRICES",
    "prompts": "WORKBENCH_PROMPTS",
    "golden": "WORKBENCH_GOLDEN",
    "style": "WORKBENCH_STYLE",
    "language": "WORKBENCH_LANGUAGE",
    "state_ttl_s": "WORKBENCH_STATE_TTL",
    "encryption_key": "WORKBENCH_ENCRYPTION_KEY",
    "model": "WORKBENCH_MODEL",
    "max_output_tokens": "WORKBENCH_MAX_OUTPUT_TOKENS",
    "reasoning_effort": "WORKBENCH_REASONING_EFFORT",
    "temperature": "WORKBENCH_TEMPERATURE",
    "extra_body": "WORKBENCH_EXTRA_BODY",
    "model_options": "WORKBENCH_MODEL_OPTIONS",
    "embeddings": "WORKBENCH_EMBEDDINGS",
    "style_memory": "WORKBENCH_STYLE_MEMORY",
    "key_command": "WORKBENCH_KEY_COMMAND",
    "openai_api_key": "OPENAI_API_KEY",
    "openai_base_url": "OPENAI_BASE_URL",
    "author_token": "WORKBENCH_AUTHOR_TOKEN",
    "secret": "WORKBENCH_SECRET",
    "signing_key": "WORKBENCH_SIGNING_KEY",
    "signing_passphrase_command": "WORKBENCH_SIGNING_PASSPHRASE_COMMAND",
    "public_key": "WORKBENCH_PUBLIC_KEY",
    "public_url": "WORKBENCH_PUBLIC_URL",
    "use_websocket": "USE_WEBSOCKET",
    "trusted_proxies": "WORKBENCH_TRUSTED_PROXIES",
    "max_viewers": "WORKBENCH_MAX_VIEWERS",
    "max_viewers_per_link": "WORKBENCH_MAX_VIEWERS_PER_LINK",
    "max_viewers_per_address": "WORKBENCH_MAX_VIEWERS_PER_ADDRESS",
    "tracing_endpoint": "WORKBENCH_TRACING_ENDPOINT",
    "tracing_headers": "WORKBENCH_TRACING_HEADERS",
    "tracing_content": "WORKBENCH_TRACING_CONTENT",
}

VARIABLES = frozenset(_VARIABLES.values())
"""Variables of the environment that the product reads."""

_NOT_FROM_FILES = frozenset(
    {
        "WORKBENCH_KEY_COMMAND",
        "WORKBENCH_HOME",
        "WORKBENCH_STYLE_MEMORY",
        "WORKBENCH_SIGNING_KEY",
        "WORKBENCH_SIGNING_PASSPHRASE_COMMAND",
        "WORKBENCH_PUBLIC_KEY",
        "WORKBENCH_TRACING_ENDPOINT",
        "WORKBENCH_TRACING_HEADERS",
        "WORKBENCH_TRACING_CONTENT",
    }
)
"""A command would be run, a home or a key would be trusted, texts of other clients or spans would be sent, because of
the folder where somebody happens to work."""

_OF_CASES = frozenset({"WORKBENCH_MAX_OUTPUT_TOKENS", "WORKBENCH_REASONING_EFFORT", "WORKBENCH_TEMPERATURE"})
_MOVE = "set them in the environment"
_MOVE_FROM_CASE = "set them in the environment, or in the .env of the folder in which you work"
_ADDRESS, _KEY, _KEY_COMMAND = "OPENAI_BASE_URL", "OPENAI_API_KEY", "WORKBENCH_KEY_COMMAND"
_CASE_FILE = "case.yaml"
_LONGEST_REPR = 180


def shorten_repr(whole: str, kind: str, names: Iterable[str]) -> str:
    """Returns a summary for a cell.

    It has the names of the fields where there is no room for their values.
    """
    return whole if len(whole) <= _LONGEST_REPR else f"<{kind}: {', '.join(names)[:_LONGEST_REPR]}>"


def is_loopback(host: str) -> bool:
    """Tells if a host is an address of this machine only."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_this_machine(base_url: str) -> bool:
    """Tells if a URL leads to this machine."""
    try:
        host = urlsplit(base_url).hostname or ""
    except ValueError:
        return False
    # RFC 6761: names under .localhost resolve to this machine.
    return is_loopback(host) or host.endswith(".localhost")


def shared_folder(name: str) -> Path:
    """Returns a folder that is shipped beside the code.

    Args:
        name: ``cases`` or ``notebooks``.
    """
    # A wheel has them under _share, a clone at its top level.
    packed = PACKAGE_FOLDER / "_share" / name
    if packed.is_dir():
        return packed
    top = PACKAGE_FOLDER.parent
    return top / "data" / name if name == "cases" else top / name


class Settings(BaseModel):
    """Validated settings of the workbench.

    Build them with :meth:`from_env`; tests build them directly.

    Examples:
        >>> import workbench
        >>> settings = workbench.Settings.from_env({"WORKBENCH_MODEL": "gpt-4.1", "REDIS_SOCKET_TIMEOUT": "2.5"})
        >>> settings.model, settings.redis_socket_timeout_s
        ('gpt-4.1', 2.5)

    Attributes:
        redis_url: ``REDIS_URL``; None means the embedded server.
        redis_password: ``REDIS_PASSWORD``, used if the URL contains none.
        redis_ca_file: ``REDIS_CA_FILE``: certificates of authorities (PEM) that ``rediss://`` trusts beside those of
            the system.
        redis_max_connections: ``REDIS_MAX_CONNECTIONS``.
        redis_socket_timeout_s: ``REDIS_SOCKET_TIMEOUT``, seconds.
        use_redis: ``USE_REDIS``; false means the in-memory store, whose data are lost at exit.
        home: ``WORKBENCH_HOME``: the embedded server's data, archives, secrets.
        cases: ``WORKBENCH_CASES``: the folder that contains case folders.
        prices: ``WORKBENCH_PRICES``: a price table that goes before the maintained one.
        prompts: ``WORKBENCH_PROMPTS``: the firm's prompt versions, a folder to keep in git; None means ``prompts``
            under the home.
        golden: ``WORKBENCH_GOLDEN``: the folder of the firm's golden cases, each a case folder with approved sections;
            None: there are none.
        style: ``WORKBENCH_STYLE``: the firm's style of letters, a file; None means ``style.yaml`` under the home, if
            it is there.
        language: ``WORKBENCH_LANGUAGE``: the language of monitor, forms and pages: the name of a catalogue, or a
            ``.po`` file; None: English.
        state_ttl_s: ``WORKBENCH_STATE_TTL``: seconds for which the keys of an archived run stay in the store.
        encryption_key: ``WORKBENCH_ENCRYPTION_KEY``: one key, or several separated by commas, of which the first
            encrypts; None: nothing is encrypted. Read by :class:`workbench.text.encryption.Cipher`.
        model: ``WORKBENCH_MODEL``; None means the offline assembler: nothing is sent anywhere.
        max_output_tokens: ``WORKBENCH_MAX_OUTPUT_TOKENS``: most that is sent as the model's output limit, hidden
            reasoning included; None: it follows from the section's length.
        reasoning_effort: ``WORKBENCH_REASONING_EFFORT``: ``low``, ``medium``, ``high`` or what the endpoint knows.
        temperature: ``WORKBENCH_TEMPERATURE``; None: not sent.
        extra_body: ``WORKBENCH_EXTRA_BODY``: further fields of each request, a JSON object.
        model_options: ``WORKBENCH_MODEL_OPTIONS``: the four options above for single models, which go before them, a
            JSON object: ``{"gpt-5": {"reasoning_effort": "high"}}``.
        embeddings: ``WORKBENCH_EMBEDDINGS``: ``offline`` finds passages by meaning, too, with weights on this machine
            (extra ``embed``); ``endpoint:MODEL`` with those of a model at the endpoint; None: by words alone.
        style_memory: ``WORKBENCH_STYLE_MEMORY``: whose approved sections of earlier runs the writer is shown as
            examples of style: ``client``: of the same client; ``firm``: of other clients as well, without names and
            numbers; ``off``: nobody's.
        key_command: ``WORKBENCH_KEY_COMMAND``: a command that prints a token, in place of ``OPENAI_API_KEY``.
        openai_api_key: ``OPENAI_API_KEY``.
        openai_base_url: ``OPENAI_BASE_URL``: any OpenAI-compatible endpoint.
        author_token: ``WORKBENCH_AUTHOR_TOKEN``; None means the one in a file under the home.
        secret: ``WORKBENCH_SECRET``: signs view links: one key, or several separated by commas, of which the first
            signs; None means the key in a file under the home.
        signing_key: ``WORKBENCH_SIGNING_KEY``: the firm's secret key of minisign, which signs manifests; None: nothing
            signs them.
        signing_passphrase_command: ``WORKBENCH_SIGNING_PASSPHRASE_COMMAND``: a command that prints the passphrase of
            that key; None: it is asked for.
        public_key: ``WORKBENCH_PUBLIC_KEY``: the public key with which signatures are checked.
        public_url: ``WORKBENCH_PUBLIC_URL``: the address at which others reach the server; links begin with it.
        use_websocket: ``USE_WEBSOCKET``; false means that pages poll and open no socket.
        trusted_proxies: ``WORKBENCH_TRUSTED_PROXIES``: addresses whose ``X-Forwarded-For`` is accepted, separated by
            commas; None: no address.
        max_viewers: ``WORKBENCH_MAX_VIEWERS``: open sockets of one server process.
        max_viewers_per_link: ``WORKBENCH_MAX_VIEWERS_PER_LINK``: of one view link in one server process.
        max_viewers_per_address: ``WORKBENCH_MAX_VIEWERS_PER_ADDRESS``: of one address in one server process.
        tracing_endpoint: ``WORKBENCH_TRACING_ENDPOINT``: the firm's OpenTelemetry endpoint, which gets the spans of
            runs; None: no run is traced.
        tracing_headers: ``WORKBENCH_TRACING_HEADERS``: headers of each request to it, ``NAME=VALUE`` separated by
            commas.
        tracing_content: ``WORKBENCH_TRACING_CONTENT``: whether spans hold the text of prompts and drafts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    redis_url: str | None = None
    redis_password: SecretStr | None = None
    redis_ca_file: Path | None = None
    redis_max_connections: int = Field(default=50, ge=1, le=100_000)
    redis_socket_timeout_s: float = Field(default=5.0, gt=0, le=3_600)
    use_redis: bool = True
    home: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("eb1a-workbench", appauthor=False)))
    cases: Path = Field(default_factory=lambda: shared_folder("cases"))
    prices: Path | None = None
    prompts: Path | None = None
    golden: Path | None = None
    style: Path | None = None
    language: str | None = None
    state_ttl_s: int = Field(default=86_400, ge=1, le=_TEN_YEARS_S)
    encryption_key: SecretStr | None = None
    model: str | None = None
    max_output_tokens: OutputLimit | None = None
    reasoning_effort: ReasoningEffort | None = None
    temperature: Temperature | None = None
    extra_body: ExtraBody | None = None
    model_options: OptionsByModel | None = None
    embeddings: Annotated[str, Field(pattern=r"^(offline|endpoint:\S{1,200})$")] | None = None
    style_memory: Literal["off", "client", "firm"] = "off"
    key_command: str | None = None
    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    author_token: SecretStr | None = None
    secret: SecretStr | None = None
    signing_key: Path | None = None
    signing_passphrase_command: str | None = None
    public_key: Path | None = None
    public_url: str | None = None
    use_websocket: bool = True
    trusted_proxies: str | None = None
    max_viewers: int = Field(default=2_000, ge=1, le=100_000)
    max_viewers_per_link: int = Field(default=50, ge=1, le=100_000)
    max_viewers_per_address: int = Field(default=100, ge=1, le=100_000)
    tracing_endpoint: str | None = None
    tracing_headers: SecretStr | None = None
    tracing_content: bool = False

    # None: built in Python, not from variables.
    _variables: dict[str, str] | None = PrivateAttr(default=None)
    _files: dict[str, EnvFile] = PrivateAttr(default_factory=dict)
    _notes: tuple[str, ...] = PrivateAttr(default=())

    def __hash__(self) -> int:
        # Stores are found by their settings. pydantic would hash every field, and extra_body has no hash.
        return hash((self.home, self.redis_url, self.use_redis))

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        # What was set; a list of all defaults hides it.
        return [
            (name, _hide_secrets(name, value))
            for name, value in super().__repr_args__()
            if name in self.model_fields_set and value != type(self).model_fields[name].default
        ]

    def __repr__(self) -> str:
        return shorten_repr(super().__repr__(), "Settings", (str(name) for name, _ in self.__repr_args__()))

    @field_validator(
        "home", "redis_ca_file", "cases", "prices", "prompts", "golden", "style", "signing_key", "public_key"
    )
    @classmethod
    def _expand_home(cls, path: Path | None) -> Path | None:
        return path.expanduser() if path is not None else None

    @field_validator("language")
    @classmethod
    def _check_language(cls, language: str | None) -> str | None:
        if language is not None:
            find_catalogue(language)
        return language

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Reads the environment; an empty variable counts as not set.

        Without ``environ`` the file ``.env`` of the working folder gives what the environment does not set; see
        docs/models.md.

        Args:
            environ: The variables; default ``os.environ`` and that file.

        Raises:
            InputError: One problem per variable or line that cannot be used.
        """
        # Never at import: a notebook may set variables after its first cell has imported the package.
        if environ is not None:
            return cls._build(environ)
        file = _working_file()
        if file is None:
            return cls._build(os.environ)
        values = {name: value for name, value in os.environ.items() if name in VARIABLES}
        taken, notes = file.choose(VARIABLES, VARIABLES - _NOT_FROM_FILES, values, _MOVE)
        if _ADDRESS in taken and not is_this_machine(taken[_ADDRESS]):
            notes += _pair_key(values, taken, file)
        return cls._build({**values, **taken}, dict.fromkeys(taken, file), notes)

    @classmethod
    def _build(
        cls, variables: Mapping[str, str], files: Mapping[str, EnvFile] | None = None, notes: tuple[str, ...] = ()
    ) -> Settings:
        files = files or {}
        values = {field: variables[name] for field, name in _VARIABLES.items() if variables.get(name)}
        try:
            settings = cls.model_validate(values)
        except ValidationError as error:
            # Its own text would print values, and show the fields' names, not the variables'.
            raise InputError(*(_explain_error(detail, files) for detail in error.errors())) from None
        settings._variables = {name: value for name, value in variables.items() if name in VARIABLES}  # noqa: SLF001
        settings._files, settings._notes = dict(files), notes  # noqa: SLF001 - of the object made here
        return settings

    @property
    def notes(self) -> tuple[str, ...]:
        """Lines that say which ``.env`` gave which settings, never their values."""
        return self._notes

    def child_environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Returns the environment of a child process that works in another folder.

        It has what came from a ``.env``, and not the key that is kept from that file's address.
        """
        if self._variables is None:
            return dict(environ)
        return {name: value for name, value in environ.items() if name not in VARIABLES} | self._variables

    def file_of(self, variable: str) -> str | None:
        """Returns the ``.env`` that gave a variable, or None."""
        file = self._files.get(variable)
        return None if file is None else str(file.path)

    def options_for(self, model: str, own: ModelSettings | None = None) -> ModelSettings:
        """Returns the options of a model.

        Args:
            model: The model's name.
            own: Options of a run or an experiment: before those of the model, which are before those of all models.
        """
        return ModelSettings.of(self).merge((self.model_options or {}).get(model)).merge(own)

    def with_case_file(self, folder: Path) -> Settings:
        """Adds the ``.env`` of a case's folder, as far as a case may decide.

        The folder may come from elsewhere: it chooses a model's options, or a model on this machine, but never has a
        text or a key sent to another one. Settings that were built in Python stay as they are.

        Raises:
            InputError: See :meth:`from_env`.
        """
        if self._variables is None or (file := read_env_file(folder)) is None:
            return self
        given = dict(self._variables)
        # To name a model is to agree that the case is sent. Where it leaves this machine, that is the user's to say.
        if is_this_machine(given.get(_ADDRESS) or file.values.get(_ADDRESS, "")):
            accepted = _OF_CASES | {"WORKBENCH_MODEL", _ADDRESS, _KEY}
        else:
            accepted = _OF_CASES
        taken, notes = file.choose(VARIABLES, accepted, given, _MOVE_FROM_CASE)
        if _ADDRESS in taken:
            notes += _pair_key(given, taken, file)
        files = {**self._files, **dict.fromkeys(taken, file)}
        return self._build({**given, **taken}, files, (*self._notes, *notes))


def _hide_secrets(name: str, value: Any) -> Any:
    """Hides the parts of a setting that may be a password."""
    # An address may hold a name and a password.
    has_password = isinstance(value, str) and "://" in value and "@" in value
    is_command = name in {"key_command", "signing_passphrase_command"}
    return "**********" if is_command or has_password else value


def _pair_key(values: dict[str, str], taken: dict[str, str], file: EnvFile) -> tuple[str, ...]:
    """Takes the key from the file that gave the address.

    The environment's is meant for another address: a folder from elsewhere must not collect it.
    """
    others = [name for name in (_KEY, _KEY_COMMAND) if name not in taken and values.pop(name, "")]
    if file.values.get(_KEY):
        taken[_KEY] = file.values[_KEY]
        return ()
    return tuple(f"{name} is not sent to the address in {file.path}; write the key beside it" for name in others)


def _working_file() -> EnvFile | None:
    try:
        folder = Path.cwd()
    except OSError:  # it was deleted
        return None
    # The .env of a case folder is the case's, also for somebody who works in that folder.
    return None if (folder / _CASE_FILE).is_file() else read_env_file(folder)


def describe_value_error(detail: ErrorDetails) -> str:
    """Returns what is wrong with a value, in words; a pattern is none."""
    if detail["type"] == "string_pattern_mismatch":
        return "it does not have the right form"
    # The words of our own checks stay as they are.
    said = detail["msg"]
    return said.removeprefix("Value error, ") if detail["type"] == "value_error" else said.lower()


def _explain_error(detail: ErrorDetails, files: Mapping[str, EnvFile]) -> Problem:
    name = _VARIABLES[str(detail["loc"][0])]
    place = "".join(f"{step}: " for step in detail["loc"][1:])
    said = describe_value_error(detail)
    file = files.get(name)
    return Problem(
        what=f"{place}{said}, got {detail['input']!r}",
        remedy="correct or unset the variable",
        file=str(file.path) if file else None,
        line=file.lines.get(name) if file else None,
        field=name,
    )


def find_catalogue(language: str) -> Path:
    """Returns the catalogue of a language: its name, or the path of a ``.po`` file.

    Raises:
        ValueError: There is no such file.
    """
    is_path = language.endswith(".po")
    path = Path(language).expanduser() if is_path else LANGUAGES / f"{language}.po"
    if path.is_file() and (is_path or path.parent == LANGUAGES):
        return path
    known = sorted(each.stem for each in LANGUAGES.glob("*.po"))
    raise ValueError(f"no catalogue: name a .po file{''.join(f', or {name}' for name in known)}; English needs none")
