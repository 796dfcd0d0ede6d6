// The runs that a link may see: a card each, the one changed last first.

import { h, syncItems, setAttribute, setText } from "./dom.js";
import { formatAge, formatDate, iconAndWord, RUN_LABELS } from "./formatting.js";

const EVERY = 5000; // milliseconds
const NONE = "There are no petitions yet: this page shows them as they come.";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/;

/**
 * Shortens the id of a run that was not named by a person.
 *
 * @param {string} thread
 */
const shortenId = (thread) => (UUID.test(thread) ? thread.slice(0, 8) : thread);

/**
 * Says what tells two runs of one case apart: kind, case, branch.
 *
 * @param {DocumentRow} row
 */
function describeKind(row) {
  const branch = row.forked_from ? `branch of ${shortenId(row.forked_from.thread_id)}` : null;
  return [
    row.document_type.replaceAll("_", " "),
    row.beneficiary ? row.case_id : null,
    branch,
    shortenId(row.thread_id),
  ]
    .filter(Boolean)
    .join(" · ");
}

/**
 * Says who began a run, and when it was changed.
 *
 * @param {DocumentRow} row
 */
function describeOrigin(row) {
  const begun = row.started_at ? `begun ${formatDate(row.started_at.slice(0, 10))}` : null;
  return [
    [begun, row.user_id ? `by ${row.user_id}` : null].filter(Boolean).join(" "),
    row._updated_at ? `changed ${formatAge(row._updated_at, Date.now())}` : null,
  ]
    .filter(Boolean)
    .join(" · ");
}

/**
 * Words a run's state in the list, as its own page does.
 *
 * @param {DocumentRow} row
 * @returns {[icon: string, word: string]}
 */
function describeRow(row) {
  if (row.orphan) return ["pause", "Interrupted"];
  const total = row.progress?.total ?? 0;
  if (row.status === "completed" && total > 0 && row.approved === total) return ["seal", "Approved"];
  return RUN_LABELS[row.status] ?? ["waiting", row.status];
}

/** The list of runs, fetched every five seconds: `ask` returns the rows, or null where they cannot be fetched. */
export class RunList {
  /** @param {any} options */
  constructor({ ask, choose, heard = () => {}, every = EVERY, none = NONE }) {
    this.ask = ask;
    this.choose = choose;
    this.heard = heard;
    this.every = every;
    this.none = none;
    this.items = new Map();
    this.rows = null;
    this.words = h("p", { class: "wbm-hint wbv-runs-words", role: "status" }, "Looking for runs…");
    this.list = h("ol", { class: "wbv-cards", "aria-label": "Petitions" });
    this.node = h("div", { class: "wbv-runs" }, this.words, this.list);
    this.turn = null; // identifies the refresh loop: a new start, or a stop, ends the old one
  }

  start() {
    this.turn = {};
    this.refresh(this.turn);
  }

  stop() {
    this.turn = null;
    clearTimeout(this.timer);
  }

  async refresh(turn) {
    const rows = this.rows && document.visibilityState === "hidden" ? this.rows : await this.ask();
    if (this.turn !== turn) return;
    if (rows) this.draw(rows);
    else
      setText(
        this.words,
        this.rows ? "The list cannot be fetched at the moment." : "The server cannot be reached at the moment.",
      );
    this.heard(this.rows);
    this.timer = setTimeout(() => this.refresh(turn), this.every);
  }

  draw(rows) {
    this.rows = rows;
    setText(this.words, rows.length ? "" : this.none);
    syncItems(
      this.items,
      this.list,
      rows,
      (row) => row.thread_id,
      (row) => this.card(row.thread_id),
    );
    for (const row of rows) this.write(this.items.get(row.thread_id), row);
  }

  card(thread) {
    const parts = {
      name: h("span", { class: "wbv-card-name" }),
      about: h("span", { class: "wbv-card-about" }),
      origin: h("span", { class: "wbv-card-about" }),
      status: h("span", { class: "wbm-run-status" }),
      share: h("span", { class: "wbv-card-share" }),
      fill: h("span", { class: "wbm-bar-fill" }),
    };
    const bar = h("span", { class: "wbm-progress", "aria-hidden": "true" }, parts.fill);
    const button = h(
      "button",
      { type: "button", class: "wbv-run", "data-thread": thread, title: thread, onclick: () => this.choose(thread) },
      parts.name,
      parts.about,
      parts.origin,
      h("span", { class: "wbv-card-line" }, parts.status, parts.share),
      bar,
    );
    return { node: h("li", {}, button), button, ...parts };
  }

  write(item, row) {
    const words = describeRow(row);
    setText(item.name, row.beneficiary || row.case_id);
    setText(item.about, describeKind(row));
    setText(item.origin, describeOrigin(row));
    if (item.words !== words[1]) item.status.replaceChildren(...iconAndWord(words));
    item.words = words[1];
    setAttribute(item.status, "data-status", row.orphan ? "paused" : row.status);
    setAttribute(item.button, "data-status", row.status);
    const { completed = 0, total = 0, percentage = 0 } = row.progress ?? {};
    setText(item.share, total ? `${completed} of ${total} drafted, ${row.approved} approved` : "");
    item.fill.style.width = `${Math.max(0, Math.min(100, percentage))}%`;
  }
}
