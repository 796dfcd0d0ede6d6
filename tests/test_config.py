from pathlib import Path

import pytest

from workbench.config import Settings, shared_folder
from workbench.errors import InputError


def test_defaults_are_offline_with_sample():
    settings = Settings.from_env({})
    assert settings.model is None
    assert settings.redis_url is None
    assert settings.use_redis
    assert (settings.cases / "wu" / "case.yaml").is_file()
    assert settings.home.is_absolute()


def test_empty_variables_are_ignored():
    settings = Settings.from_env(
        {"REDIS_URL": "", "WORKBENCH_MODEL": "m", "REDIS_SOCKET_TIMEOUT": "2.5", "USE_REDIS": "false"}
    )
    assert settings.redis_url is None
    assert settings.model == "m"
    assert settings.redis_socket_timeout_s == 2.5
    assert not settings.use_redis


def test_tilde_is_home_folder():
    assert Settings.from_env({"WORKBENCH_HOME": "~/workbench"}).home == Path.home() / "workbench"


def test_bad_variables_are_named_at_once():
    with pytest.raises(InputError) as caught:
        Settings.from_env({"REDIS_SOCKET_TIMEOUT": "soon", "REDIS_MAX_CONNECTIONS": "0", "USE_REDIS": "perhaps"})
    assert {problem.field for problem in caught.value.problems} == {
        "REDIS_SOCKET_TIMEOUT",
        "REDIS_MAX_CONNECTIONS",
        "USE_REDIS",
    }
    assert all(len(str(problem).splitlines()) == 1 for problem in caught.value.problems)


def test_style_memory_is_off_by_default():
    assert Settings.from_env({}).style_memory == "off"
    assert Settings.from_env({"WORKBENCH_STYLE_MEMORY": "firm"}).style_memory == "firm"
    with pytest.raises(InputError) as caught:
        Settings.from_env({"WORKBENCH_STYLE_MEMORY": "everybody"})
    assert str(caught.value) == (
        "WORKBENCH_STYLE_MEMORY: input should be 'off', 'client' or 'firm', got 'everybody'; correct or unset the"
        " variable"
    )


def test_secrets_are_not_printed():
    settings = Settings.from_env({"OPENAI_API_KEY": "sk-secret", "REDIS_PASSWORD": "hush"})
    assert "sk-secret" not in repr(settings) + settings.model_dump_json()
    assert "hush" not in repr(settings) + settings.model_dump_json()


def test_shared_folder_is_found():
    assert (shared_folder("notebooks") / "01_draft_petition.ipynb").is_file()
