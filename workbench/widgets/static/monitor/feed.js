// From messages to states: what is missed is asked for, what comes twice is dropped.

import { fold, isAfter } from "./fold.js";

const ASK_AGAIN = 3000; // milliseconds before a fresh state is asked for again
const HELD = 500; // batches kept while one is awaited; what is dropped shows as the next gap

/** State and events in; the state after them out. A gap between batches asks for a fresh state. */
export class Feed {
  constructor(state, { ask, now = () => Date.now() }) {
    this.state = state;
    this.ask = ask;
    this.now = now;
    this.held = [];
    this.askedAt = -Infinity;
  }

  /** A `fresh` state is the run as it is now; any other may have been overtaken by events on its way. */
  receiveState(state, fresh = false) {
    const same = !fresh && this.state?.thread_id === state.thread_id;
    if (same && isAfter(this.state.last_event_id, state.last_event_id)) return;
    this.state = state;
    this.askedAt = -Infinity;
    for (const batch of this.held.splice(0)) this.receiveEvents(batch);
  }

  receiveEvents(batch) {
    if (!this.state || (batch.after && isAfter(batch.after, this.state.last_event_id))) {
      if (this.held.push(batch) > HELD) this.held.shift();
      if (this.now() - this.askedAt < ASK_AGAIN) return;
      this.askedAt = this.now();
      this.ask();
      return;
    }
    // What has no id was only said, not written: it is shown, and no place in the run's events is its own.
    this.state = fold(
      this.state,
      batch.events.filter((event) => !event.id || isAfter(event.id, this.state.last_event_id)),
    );
  }
}
