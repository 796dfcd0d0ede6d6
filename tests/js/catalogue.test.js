import assert from "node:assert/strict";
import test from "node:test";

import { _, ngettext } from "../../workbench/web/static/monitor/catalogue.js";

test("English words are their own keys", () => {
  assert.equal(_("Approved by {user}", { user: "{name} $&" }), "Approved by {name} $&");
  assert.equal(_("it has no {{passages}}"), "it has no {{passages}}");
});

test("English has two plural forms", () => {
  const words = [0, 1, 5000].map((count) => ngettext("{count} page", "{count} pages", count));
  assert.deepEqual(words, ["0 pages", "1 page", "5,000 pages"]);
});
