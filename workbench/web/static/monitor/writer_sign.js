// What is known of the process that writes a run: its signs of life, and what to say when they stop.

// Milliseconds without a sign of the kernel, which sends one a second while it drafts, until a view says so.
import { _ } from "./catalogue.js";

export const QUIET = 4000;
// Milliseconds between two looks after which the page itself has slept, and has missed signs.
const SLEPT = 3000;

/** The signs of life of a run's writer, and in a notebook of the kernel behind the view. */
export class WriterSign {
  /** @param {{ beats: boolean, now?: () => number }} options beats: whether the source sends a sign each second */
  constructor({ beats, now = () => Date.now() }) {
    this.beats = beats;
    this.now = now;
    /** @type {"alive" | "silent" | "lost"} */
    this.state = "alive";
    /** @type {number | null} moment of the writer's last sign */
    this.heardAt = null;
    this.beatAt = this.lookedAt = now();
  }

  /** Notes that the source has sent anything at all. */
  beat() {
    this.beatAt = this.now();
  }

  /** Notes that the writer has written. */
  written() {
    this.state = "alive";
    this.heardAt = this.now();
  }

  /** @param {Message} message */
  receive({ state, silent_s: silent }) {
    this.state = state;
    if (silent === null || silent === undefined) this.heardAt ??= this.now();
    else this.heardAt = this.now() - 1000 * silent;
  }

  /**
   * Says what is wrong, and since when; null where nothing is.
   *
   * @param {Snapshot | null} state
   * @returns {{ is: "kernel" | "silent" | "lost", since: number } | null}
   */
  look(state) {
    const now = this.now();
    if (now - this.lookedAt > SLEPT) this.beatAt = now;
    this.lookedAt = now;
    if (state?.status !== "generating") return null;
    if (this.beats && now - this.beatAt >= QUIET) return { is: "kernel", since: this.beatAt };
    if (this.state === "alive") return null;
    return { is: this.state, since: this.heardAt ?? now };
  }
}

/**
 * Words the trouble of a writer.
 *
 * @param {{ is: "kernel" | "silent" | "lost", since: number }} trouble
 * @param {number} now milliseconds
 */
export function describeTrouble({ is, since }, now) {
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  if (is === "kernel") return _("The kernel has not been heard from for {seconds} s; it may have ended.", { seconds });
  if (is === "silent")
    return _("The process that writes this run has not been heard from for {seconds} s.", { seconds });
  return _("No process writes this run any more: it was interrupted.");
}

/** The head's word for each trouble. @type {Record<string, string>} */
export const TROUBLE_WORDS = { kernel: _("Not heard from"), silent: _("Not heard from"), lost: _("Interrupted") };
