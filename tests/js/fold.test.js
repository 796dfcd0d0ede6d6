import assert from "node:assert/strict";
import { test } from "node:test";

import { apply, fold, isAfter } from "../../workbench/web/static/monitor/fold.js";
import { aSection, aSnapshot, stampEvents } from "./samples.js";

const begin = () => aSnapshot({ sections: [aSection("intro", { content: "Before." }), aSection("awards")] });

test("delta appends to one section", () => {
  const before = begin();
  const after = fold(before, stampEvents({ type: "section_delta", section_id: "intro", text: " After." }));
  assert.equal(after.sections[0].content, "Before. After.");
  assert.equal(after.sections[1], before.sections[1], "other sections keep their identity: views compare by it");
  assert.equal(before.sections[0].content, "Before.", "the snapshot before is not changed");
});

test("drafting anew empties the text", () => {
  for (const status of ["in_progress", "revising"]) {
    const [event] = stampEvents({ type: "section_update", section_id: "intro", status });
    assert.equal(apply(begin(), event).sections[0].content, "");
    assert.equal(apply(begin(), { ...event, content: "Kept." }).sections[0].content, "Kept.");
  }
});

test("update drops unknown fields", () => {
  const [event] = stampEvents({ type: "section_update", section_id: "intro", colour: "red", stale: true });
  const [section] = apply(begin(), event).sections;
  assert.equal(section.stale, true);
  assert.ok(!("colour" in section));
});

test("workflow update cannot forge the stamp", () => {
  const update = { thread_id: "forged", last_event_id: "9-9", _updated_at: "x", model: "m" };
  const after = fold(begin(), stampEvents({ type: "workflow_update", update }));
  assert.deepEqual([after.thread_id, after.last_event_id, after.model], ["t", "1-0", "m"]);
});

test("server's own message leaves the stamp", () => {
  const after = apply(begin(), { type: "section_delta", section_id: "intro", text: " Said." });
  assert.equal(after.sections[0].content, "Before. Said.");
  assert.equal(after.last_event_id, "");
});

test("unknown event type changes nothing", () => {
  const before = begin();
  assert.equal(apply(before, { type: "fireworks", id: "9-9" }), before);
});

test("log keeps the last 200 lines", () => {
  const lines = Array.from({ length: 205 }, (_, number) => ({
    type: "log_entry",
    log: { level: "info", message: String(number), agent: "run", at: "" },
  }));
  const { logs } = fold(begin(), stampEvents(...lines));
  assert.deepEqual([logs.length, logs[0].message], [200, "5"]);
});

test("event ids compare as numbers", () => {
  for (const [later, earlier] of [
    ["2-0", "1-9"],
    ["10-0", "9-0"],
    ["1-10", "1-9"],
    ["1-0", ""],
  ]) {
    assert.deepEqual([isAfter(later, earlier), isAfter(earlier, later), isAfter(later, later)], [true, false, false]);
  }
});
