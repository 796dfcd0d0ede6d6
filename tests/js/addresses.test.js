import assert from "node:assert/strict";
import { test } from "node:test";

import { findJupyterBase, serverAddresses, socketAddress } from "../../workbench/web/static/monitor/addresses.js";

const LOCAL = "http://127.0.0.1:8765";

test("server on the page's own machine", () => {
  assert.deepEqual(serverAddresses([LOCAL], "http://127.0.0.1:8866/voila/x?token=t"), [`${LOCAL}/`]);
});

test("server behind a hub", () => {
  const page = "https://hub.example.org/user/ann/voila/render/d.ipynb";
  assert.deepEqual(serverAddresses([LOCAL], page, "/user/ann/"), [
    "https://hub.example.org/user/ann/proxy/8765/",
    "https://hub.example.org:8765/",
  ]);
});

test("viewer's loopback gets no token", () => {
  const found = serverAddresses([LOCAL, "http://[::1]:1", "http://localhost:2"], "http://10.0.0.5:8866/");
  assert.ok(found.every((base) => base.startsWith("http://10.0.0.5:")));
});

test("other schemes are no addresses", () => {
  assert.deepEqual(serverAddresses(["javascript:alert(1)", "data:,x", "http://", "blob:x"], "https://x.org/"), []);
});

test("socket address carries token and place", () => {
  assert.equal(
    socketAddress("https://x.org/p/", "a-b", "t&k=1", "5-1"),
    "wss://x.org/p/api/ws/document/a-b?token=t%26k%3D1&since=5-1",
  );
  assert.equal(socketAddress("http://x.org/", "a/b", "t", ""), "ws://x.org/api/ws/document/a%2Fb?token=t");
});

test("jupyter base comes from the page", () => {
  const page = (text) => ({ getElementById: () => (text === null ? null : { textContent: text }) });
  assert.equal(findJupyterBase(page('{"baseUrl": "/user/ann/"}')), "/user/ann/");
  assert.equal(findJupyterBase(page("{}")), null);
  assert.equal(findJupyterBase(page("not JSON")), null);
  assert.equal(findJupyterBase(page(null)), null);
});
