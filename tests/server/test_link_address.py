"""Words about a link's address: who opens it, and for how long."""

from __future__ import annotations

import pytest
from qr_reader import decode_qr, draw_blocks

from workbench.server.link_address import describe_duration, describe_reach, draw_qr_text, opens_elsewhere


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "[::1]:8765", "127.8.9.10"])
def test_loopback_opens_on_this_machine(host):
    assert not opens_elsewhere(f"http://{host}/view/x")
    assert describe_reach(f"http://{host}/view/x").startswith("Only this machine can open it.")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://192.168.1.5:8765/view/x", "is in the same network as 192.168.1.5"),
        ("http://[fd00::5]:8765/view/x", "is in the same network as fd00::5"),
        ("http://firm-server:8765/view/x", "is in the same network as firm-server"),
        ("http://ann.local:8765/view/x", "is in the same network as ann.local"),
        ("https://petitions.firm.example/view/x", "can reach petitions.firm.example"),
        ("https://hub.firm.example/user/ada/workbench/view/x", "is admitted to your server by the hub"),
    ],
)
def test_reach_of_other_addresses(address, words, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    assert opens_elsewhere(address)
    assert describe_reach(address) == f"Whoever has it and {words} can open it."


def test_duration_names_the_server():
    words = {describe_duration(kind) for kind in ("public", "serve", "kernel")}
    assert len(words) == 3
    assert "stops opening when the kernel ends" in describe_duration("kernel")


@pytest.mark.parametrize("letters", [40, 250, 600])
def test_qr_text_reads_as_the_address(letters):
    url = f"https://firm.example/view/x?token={'aB3-_' * (letters // 5)}"
    assert decode_qr(draw_blocks(draw_qr_text(url).splitlines())) == url
