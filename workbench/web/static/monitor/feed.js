// Turns messages into snapshots: duplicates are dropped, and a gap asks for a fresh snapshot.

import { fold, isAfter } from "./fold.js";

const ASK_AGAIN = 3000; // milliseconds before a fresh snapshot is asked for again
const WAITING_BATCHES = 500; // kept while a snapshot is awaited; what is dropped beyond shows as the next gap

/** The snapshot that a view draws, kept up to date from snapshots and batches of events. */
export class Feed {
  /**
   * @param {Snapshot | null} state
   * @param {{ ask: () => void, now?: () => number }} options `ask` requests a snapshot; `now` is in milliseconds
   */
  constructor(state, { ask, now = () => Date.now() }) {
    this.state = state;
    this.ask = ask;
    this.now = now;
    /** @type {EventBatch[]} */
    this.waiting = [];
    this.askedAt = -Infinity;
  }

  /**
   * Takes a snapshot.
   *
   * @param {Snapshot} state
   * @param {boolean} fresh whether it is the run as it is now; another may have been overtaken by events on its way
   */
  receiveState(state, fresh = false) {
    const overtaken =
      !fresh && this.state?.thread_id === state.thread_id && isAfter(this.state.last_event_id, state.last_event_id);
    if (overtaken) return;
    this.state = state;
    this.askedAt = -Infinity;
    for (const batch of this.waiting.splice(0)) this.receiveEvents(batch);
  }

  /**
   * Applies a batch of events; where events before it are missing, keeps it and asks for a snapshot.
   *
   * @param {EventBatch} batch
   */
  receiveEvents(batch) {
    if (!this.state || (batch.after && isAfter(batch.after, this.state.last_event_id))) {
      if (this.waiting.push(batch) > WAITING_BATCHES) this.waiting.shift();
      if (this.now() - this.askedAt < ASK_AGAIN) return;
      this.askedAt = this.now();
      this.ask();
      return;
    }
    const reached = this.state.last_event_id;
    // A server's own message has no id: it is applied whatever the stream has reached.
    this.state = fold(
      this.state,
      batch.events.filter((event) => !event.id || isAfter(event.id, reached)),
    );
  }
}
