"""Settings, read from the environment in one place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, Json, SecretStr, ValidationError, field_validator

from workbench.errors import InputError, Problem

PACKAGE_FOLDER = Path(__file__).resolve().parent

_TEN_YEARS_S = 315_360_000
"""Longest time to live of keys. Redis would refuse a longer one, but only when the run has ended."""

# docs/redis.md and docs/server.md name these variables; a test compares them.
_VARIABLES = {
    "redis_url": "REDIS_URL",
    "redis_password": "REDIS_PASSWORD",
    "redis_max_connections": "REDIS_MAX_CONNECTIONS",
    "redis_socket_timeout_s": "REDIS_SOCKET_TIMEOUT",
    "use_redis": "USE_REDIS",
    "home": "WORKBENCH_HOME",
    "cases": "WORKBENCH_CASES",
    "prices": "WORKBENCH_PRICES",
    "prompts": "WORKBENCH_PROMPTS",
    "golden": "WORKBENCH_GOLDEN",
    "state_ttl_s": "WORKBENCH_STATE_TTL",
    "encryption_key": "WORKBENCH_ENCRYPTION_KEY",
    "model": "WORKBENCH_MODEL",
    "max_output_tokens": "WORKBENCH_MAX_OUTPUT_TOKENS",
    "reasoning_effort": "WORKBENCH_REASONING_EFFORT",
    "temperature": "WORKBENCH_TEMPERATURE",
    "extra_body": "WORKBENCH_EXTRA_BODY",
    "key_command": "WORKBENCH_KEY_COMMAND",
    "openai_api_key": "OPENAI_API_KEY",
    "openai_base_url": "OPENAI_BASE_URL",
    "author_token": "WORKBENCH_AUTHOR_TOKEN",
    "secret": "WORKBENCH_SECRET",
    "public_url": "WORKBENCH_PUBLIC_URL",
    "use_websocket": "USE_WEBSOCKET",
    "trusted_proxies": "WORKBENCH_TRUSTED_PROXIES",
    "max_viewers": "WORKBENCH_MAX_VIEWERS",
    "max_viewers_per_link": "WORKBENCH_MAX_VIEWERS_PER_LINK",
    "max_viewers_per_address": "WORKBENCH_MAX_VIEWERS_PER_ADDRESS",
}


def shared_folder(name: str) -> Path:
    """Return a folder that is shipped beside the code.

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
        state_ttl_s: ``WORKBENCH_STATE_TTL``: seconds for which the keys of an archived run stay in the store.
        encryption_key: ``WORKBENCH_ENCRYPTION_KEY``: one key, or several separated by commas, of which the first
            encrypts; None: nothing is encrypted. Read by :class:`workbench.text.encryption.Cipher`.
        model: ``WORKBENCH_MODEL``; None means the offline assembler: nothing is sent anywhere.
        max_output_tokens: ``WORKBENCH_MAX_OUTPUT_TOKENS``: most that is sent as the model's output limit, hidden
            reasoning included; None: it follows from the section's length.
        reasoning_effort: ``WORKBENCH_REASONING_EFFORT``: ``low``, ``medium``, ``high`` or what the endpoint knows.
        temperature: ``WORKBENCH_TEMPERATURE``; None: not sent.
        extra_body: ``WORKBENCH_EXTRA_BODY``: further fields of each request, a JSON object.
        key_command: ``WORKBENCH_KEY_COMMAND``: a command that prints a token, in place of ``OPENAI_API_KEY``.
        openai_api_key: ``OPENAI_API_KEY``.
        openai_base_url: ``OPENAI_BASE_URL``: any OpenAI-compatible endpoint.
        author_token: ``WORKBENCH_AUTHOR_TOKEN``; None means the one in a file under the home.
        secret: ``WORKBENCH_SECRET``: signs view links: one key, or several separated by commas, of which the first
            signs; None means the key in a file under the home.
        public_url: ``WORKBENCH_PUBLIC_URL``: the address at which others reach the server; links begin with it.
        use_websocket: ``USE_WEBSOCKET``; false means that pages poll and open no socket.
        trusted_proxies: ``WORKBENCH_TRUSTED_PROXIES``: addresses whose ``X-Forwarded-For`` is accepted, separated by
            commas; None: no address.
        max_viewers: ``WORKBENCH_MAX_VIEWERS``: open sockets of one server process.
        max_viewers_per_link: ``WORKBENCH_MAX_VIEWERS_PER_LINK``: of one view link in one server process.
        max_viewers_per_address: ``WORKBENCH_MAX_VIEWERS_PER_ADDRESS``: of one address in one server process.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    redis_url: str | None = None
    redis_password: SecretStr | None = None
    redis_max_connections: int = Field(default=50, ge=1, le=100_000)
    redis_socket_timeout_s: float = Field(default=5.0, gt=0, le=3_600)
    use_redis: bool = True
    home: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("eb1a-workbench", appauthor=False)))
    cases: Path = Field(default_factory=lambda: shared_folder("cases"))
    prices: Path | None = None
    prompts: Path | None = None
    golden: Path | None = None
    state_ttl_s: int = Field(default=86_400, ge=1, le=_TEN_YEARS_S)
    encryption_key: SecretStr | None = None
    model: str | None = None
    max_output_tokens: int | None = Field(default=None, ge=1, le=10_000_000)
    reasoning_effort: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{1,32}$")
    temperature: float | None = Field(default=None, ge=0, le=2, allow_inf_nan=False)
    extra_body: Json[dict[str, Any]] | None = None
    key_command: str | None = None
    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    author_token: SecretStr | None = None
    secret: SecretStr | None = None
    public_url: str | None = None
    use_websocket: bool = True
    trusted_proxies: str | None = None
    max_viewers: int = Field(default=2_000, ge=1, le=100_000)
    max_viewers_per_link: int = Field(default=50, ge=1, le=100_000)
    max_viewers_per_address: int = Field(default=100, ge=1, le=100_000)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        # What was set; a list of all defaults hides it.
        return [(name, value) for name, value in super().__repr_args__() if name in self.model_fields_set]

    @field_validator("home", "cases", "prices", "prompts", "golden")
    @classmethod
    def _expand_home(cls, path: Path | None) -> Path | None:
        return path.expanduser() if path is not None else None

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the environment; an empty variable counts as not set.

        Args:
            environ: The variables; default ``os.environ``.

        Raises:
            InputError: One problem per variable that cannot be used.
        """
        # Never at import: a notebook may set variables after its first cell has imported the package.
        environ = os.environ if environ is None else environ
        values = {field: environ[name] for field, name in _VARIABLES.items() if environ.get(name)}
        try:
            return cls.model_validate(values)
        except (
            ValidationError
        ) as error:  # its own text would print values, and show the fields' names, not the variables'
            raise InputError(
                *(
                    Problem(
                        what=f"{detail['msg'].lower()}, got {detail['input']!r}",
                        remedy="correct or unset the variable",
                        field=_VARIABLES[str(detail["loc"][0])],
                    )
                    for detail in error.errors()
                )
            ) from None
