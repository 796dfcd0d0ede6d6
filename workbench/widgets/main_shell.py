"""Route of what a widget's views send to the kernel."""

from __future__ import annotations

from typing import Any


def receive_in_main_shell(widget: Any) -> None:
    """Has the kernel handle the messages of a widget's views in its main shell.

    That shell lives as long as the kernel.

    ipykernel 7.4 would pass them to the subshell for which the widget has last sent one. JupyterLab ends subshells, and
    from then on the kernel would drop what is typed; see docs/decisions.md, "What a widget's view sends goes to the
    kernel's main shell".

    Args:
        widget: An open one.
    """
    # The kernel looks this up on each comm, for each message; kernels without subshells do not know it.
    widget.comm._reply_subshell_for = lambda _data, _default: None  # noqa: SLF001
