import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Feed } from "../../workbench/web/static/monitor/feed.js";
import { aSection, aSnapshot } from "./samples.js";

const delta = (id, text) => ({ type: "section_delta", section_id: "intro", text, id });
const reached = (id, content = "") => aSnapshot({ sections: [aSection("intro", { content })], last_event_id: id });

let asked;
let formatDuration;
beforeEach(() => {
  asked = 0;
  formatDuration = 10_000;
});

function aFeed(state) {
  return new Feed(state, { ask: () => (asked += 1), now: () => formatDuration });
}

test("batch that follows is applied", () => {
  const feed = aFeed(reached("1-0", "a"));
  feed.receiveEvents({ after: "1-0", events: [delta("1-1", "b"), delta("1-2", "c")] });
  assert.equal(feed.state.sections[0].content, "abc");
  assert.equal(asked, 0);
});

test("duplicate events are dropped", () => {
  const feed = aFeed(reached("1-1", "ab"));
  feed.receiveEvents({ after: "1-0", events: [delta("1-1", "b"), delta("1-2", "c")] });
  assert.equal(feed.state.sections[0].content, "abc");
});

test("event without id is applied", () => {
  const feed = aFeed(reached("1-1", "ab"));
  feed.receiveEvents({ after: "", events: [delta("", "!")] });
  assert.equal(feed.state.sections[0].content, "ab!");
  assert.equal(feed.state.last_event_id, "1-1");
});

test("gap asks once for a snapshot", () => {
  const feed = aFeed(reached("1-0", "a"));
  feed.receiveEvents({ after: "1-5", events: [delta("1-6", "g")] });
  feed.receiveEvents({ after: "1-6", events: [delta("1-7", "h")] });
  assert.equal(asked, 1);
  formatDuration += 3000;
  feed.receiveEvents({ after: "1-7", events: [delta("1-8", "i")] });
  assert.equal(asked, 2, "an answer that does not come is asked for again");
  feed.receiveState(reached("1-6", "abcdefg"), true);
  assert.equal(feed.state.sections[0].content, "abcdefghi", "batches that waited are applied to the snapshot");
});

test("events before any snapshot wait", () => {
  const feed = aFeed(null);
  feed.receiveEvents({ after: "", events: [delta("1-1", "b")] });
  assert.deepEqual([feed.state, asked], [null, 1]);
  feed.receiveState(reached("1-0", "a"));
  assert.equal(feed.state.sections[0].content, "ab");
});

test("overtaken snapshot is dropped", () => {
  const feed = aFeed(reached("1-5", "new"));
  feed.receiveState(reached("1-4", "old"));
  assert.equal(feed.state.sections[0].content, "new");
  feed.receiveState(reached("1-4", "restored"), true);
  assert.equal(feed.state.sections[0].content, "restored", "a fresh snapshot always counts");
  feed.receiveState({ ...reached("1-1", "other"), thread_id: "u" });
  assert.equal(feed.state.thread_id, "u", "so does one of another run");
});
