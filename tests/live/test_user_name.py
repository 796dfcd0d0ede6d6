"""The user's name, given once and kept."""

from __future__ import annotations

import pytest

from workbench.config import Settings
from workbench.errors import InputError
from workbench.live.user_name import UNNAMED, read_user_name, save_user_name


def test_name_is_kept_privately(tmp_path):
    settings = Settings(home=tmp_path / "home")
    assert read_user_name(settings) == UNNAMED
    assert save_user_name(settings, " Ada Attorney ") == "Ada Attorney"
    assert read_user_name(settings) == "Ada Attorney"
    assert (tmp_path / "home" / "user").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[2J", "n" * 129, UNNAMED])
def test_unusable_name_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="is no user; give a name or e-mail address"):
        save_user_name(Settings(home=tmp_path), name)


def test_damaged_name_counts_as_none(tmp_path):
    (tmp_path / "user").write_bytes(b"\xff\x00")
    assert read_user_name(Settings(home=tmp_path)) == UNNAMED
