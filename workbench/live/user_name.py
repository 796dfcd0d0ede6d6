"""Name of the user, given once and kept under the home.

It stands in the audit record and on approvals. A machine's login name is nobody's signature, so it is never taken.
"""

from __future__ import annotations

from workbench.config import Settings
from workbench.errors import InputError, Problem, choose_remedy
from workbench.text.atomic_write import write_whole
from workbench.text.private_home import make_private_home

UNNAMED = "unnamed"
"""Stands where nobody has given a name; approves nothing."""

_LONGEST_NAME = 128


def check_user_name(name: str) -> str:
    """Returns a name without blanks around it; InputError for what is none."""
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or name == UNNAMED:
        raise InputError(Problem(f"{name!r} is no user", "give a name or e-mail address", field="user_id"))
    return name


def read_user_name(settings: Settings) -> str:
    """Returns the name that was kept, or ``unnamed``."""
    try:
        return check_user_name((settings.home / "user").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, InputError):  # a damaged file is as good as none: the name is asked again
        return UNNAMED


def save_user_name(settings: Settings, name: str) -> str:
    """Keeps a name for all later commands of this user.

    Raises:
        InputError: It is no name, or the home cannot be written.
    """
    name = check_user_name(name)
    try:
        make_private_home(settings.home)
        write_whole(settings.home / "user", name.encode(), mode=0o600)
    except OSError as error:
        raise InputError(
            Problem(
                f"cannot keep the name: {error.strerror}",
                choose_remedy(error, settings.home, "set WORKBENCH_HOME to a folder of yours"),
            )
        ) from None
    return name
