import assert from "node:assert/strict";
import { test } from "node:test";

import { describeTrouble, QUIET, WriterSign } from "../../workbench/web/static/monitor/writer_sign.js";

const GENERATING = { status: "generating" };

function signs(beats) {
  const clock = { now: 1_000_000 };
  const sign = new WriterSign({ beats, now: () => clock.now });
  const pass = (milliseconds) => {
    for (let left = milliseconds; left > 0; left -= 1000) {
      clock.now += Math.min(left, 1000);
      sign.look(GENERATING);
    }
  };
  return { clock, sign, pass };
}

test("a kernel that sends nothing is not heard from", () => {
  const { clock, sign, pass } = signs(true);
  sign.beat();
  const heard = clock.now;
  pass(QUIET - 1000);
  assert.equal(sign.look(GENERATING), null);
  pass(1000);
  assert.deepEqual(sign.look(GENERATING), { is: "kernel", since: heard });
  assert.equal(
    describeTrouble(sign.look(GENERATING), clock.now),
    "The kernel has not been heard from for 4 s; it may have ended.",
  );
  sign.beat();
  assert.equal(sign.look(GENERATING), null);
});

test("a page that slept has missed signs, and claims nothing", () => {
  const { clock, sign } = signs(true);
  sign.look(GENERATING);
  clock.now += 600_000;
  assert.equal(sign.look(GENERATING), null);
});

test("a source without beats may be quiet", () => {
  const { sign, pass } = signs(false);
  pass(60_000);
  assert.equal(sign.look(GENERATING), null);
});

test("a silent writer is named with its silence", () => {
  const { clock, sign } = signs(false);
  sign.receive({ type: "writer", state: "silent", silent_s: 4 });
  assert.deepEqual(sign.look(GENERATING), { is: "silent", since: clock.now - 4000 });
  clock.now += 2000;
  assert.match(describeTrouble(sign.look(GENERATING), clock.now), /has not been heard from for 6 s\./);
});

test("a lost writer is news until something is written", () => {
  const { clock, sign } = signs(false);
  sign.receive({ type: "writer", state: "lost", silent_s: null });
  const since = clock.now;
  clock.now += 1000;
  sign.receive({ type: "writer", state: "lost", silent_s: null });
  assert.deepEqual(sign.look(GENERATING), { is: "lost", since });
  sign.written();
  assert.equal(sign.look(GENERATING), null);
});

test("a run at rest needs no writer", () => {
  const { sign } = signs(true);
  sign.receive({ type: "writer", state: "lost", silent_s: null });
  for (const status of ["paused", "needs_review", "completed", "failed"]) assert.equal(sign.look({ status }), null);
  assert.equal(sign.look(null), null);
});
