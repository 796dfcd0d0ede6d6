"""Addresses of a server as seen from a page."""

from __future__ import annotations

import pytest

LOCAL = "http://127.0.0.1:8765"
PUBLIC = "https://mirror.example.org/eb1a/"
HUB = "https://hub.example.org"

SEEN = {
    "own machine": ([LOCAL], "http://127.0.0.1:8866/voila/x?token=t", None, [f"{LOCAL}/"]),
    "own machine, in Jupyter": (
        [LOCAL], "http://localhost:8888/lab", "/", [f"{LOCAL}/", "http://localhost:8888/proxy/8765/"],
    ),
    "behind a hub": (
        [LOCAL], f"{HUB}/user/ann/voila/render/d.ipynb", "/user/ann/",
        [f"{HUB}/user/ann/proxy/8765/", f"{HUB}:8765/"],
    ),
    "another machine": ([LOCAL], "http://10.0.0.5:8866/", None, ["http://10.0.0.5:8765/"]),
    "a public address": ([PUBLIC], f"{HUB}/", "/", [PUBLIC]),
    "relative, under a prefix": (["../"], f"{HUB}/pre/fix/view/t?token=s", None, [f"{HUB}/pre/fix/"]),
    "named as a socket": (["wss://x.example.org/a#f"], f"{HUB}/", None, ["https://x.example.org/a/"]),
    "what is no web address": (["javascript:alert(1)", "data:,x", "http://", "blob:x"], f"{HUB}/p", None, []),
    "once each": ([LOCAL, f"{LOCAL}/"], "http://127.0.0.1:1/", None, [f"{LOCAL}/"]),
    "an editor's frame": ([LOCAL], "vscode-webview://abc/", None, []),
}  # fmt: skip


@pytest.mark.parametrize("case", SEEN)
def test_server_addresses_seen_from_page(page, case):
    named, here, jupyter, found = SEEN[case]
    assert page.evaluate("(of) => monitor.serverAddresses(...of)", [named, here, jupyter]) == found


def test_socket_address_carries_token(page):
    address = page.evaluate("monitor.socketAddress('https://x.org/p/', 'a-b', 't&k=1', '5-1')")
    assert address == "wss://x.org/p/api/ws/document/a-b?token=t%26k%3D1&since=5-1"


def test_jupyter_page_names_its_base(page):
    assert page.evaluate("monitor.findJupyterBase(document)") is None
    page.evaluate("""() => {
        const config = document.createElement("script");
        Object.assign(config, { id: "jupyter-config-data", type: "application/json" });
        config.textContent = JSON.stringify({ baseUrl: "/user/ann/" });
        document.body.append(config);
    }""")
    assert page.evaluate("monitor.findJupyterBase(document)") == "/user/ann/"
