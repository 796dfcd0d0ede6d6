// The runs that a link may see: a card each, the one changed last first.

import { _ } from "./catalogue.js";
import { h, syncItems, setAttribute, setText } from "./dom.js";
import { formatAge, formatDate, iconAndWord, RUN_LABELS, wholeNumber } from "./formatting.js";

const EVERY = 5000; // milliseconds
const REST = 20; // the list of a server that takes long is fetched less often: one part in twenty of the time
const PAGE = 50; // cards that are added at a time
const FEW = 8; // petitions that nobody has to search
const TYPING = 250; // milliseconds without a key, before the list is searched

/** States by which the list can be filtered, as the server names them. @type {[state: string, word: string][]} */
const STATES = [
  ["", _("Every state")],
  ["generating", RUN_LABELS.generating[1]],
  ["needs_review", RUN_LABELS.needs_review[1]],
  ["drafted", RUN_LABELS.completed[1]],
  ["approved", _("Approved")],
  ["paused", RUN_LABELS.paused[1]],
  ["interrupted", _("Interrupted")],
  ["failed", RUN_LABELS.failed[1]],
  ["cancelled", RUN_LABELS.cancelled[1]],
  ["pending", RUN_LABELS.pending[1]],
];
const NONE = _("There are no petitions yet: this page shows them as they come.");
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
  const branch = row.forked_from ? _("branch of {run}", { run: shortenId(row.forked_from.thread_id) }) : null;
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
  const begun = row.started_at ? _("begun {date}", { date: formatDate(row.started_at.slice(0, 10)) }) : null;
  return [
    [begun, row.user_id ? _("by {user}", { user: row.user_id }) : null].filter(Boolean).join(" "),
    row._updated_at ? _("changed {age}", { age: formatAge(row._updated_at, Date.now()) }) : null,
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
  if (row.orphan) return ["pause", _("Interrupted")];
  const total = row.progress?.total ?? 0;
  if (row.status === "completed" && total > 0 && row.approved === total) return ["seal", _("Approved")];
  return RUN_LABELS[row.status] ?? ["waiting", row.status];
}

/**
 * Words what share of a run's sections is drafted and approved; of a run that has ended, how many ask for a person.
 *
 * @param {DocumentRow} row
 */
function describeShare(row) {
  const { completed = 0, total = 0 } = row.progress ?? {};
  if (!total) return "";
  const { approved } = row;
  // A section with an open error is drafted, and not among the completed ones.
  return row.status === "completed" && completed < total
    ? _("{open} of {total} to review, {approved} approved", { open: total - completed, total, approved })
    : _("{drafted} of {total} drafted, {approved} approved", { drafted: completed, total, approved });
}

/**
 * The list of runs, fetched every five seconds: `ask` returns what of it is wanted, or null where it cannot be fetched.
 */
export class RunList {
  /** @param {any} options */
  constructor({ ask, choose, heard = () => {}, every = EVERY, none = NONE }) {
    this.ask = ask;
    this.choose = choose;
    this.heard = heard;
    this.every = every;
    this.none = none;
    this.items = new Map();
    /** @type {DocumentRow[] | null} */
    this.rows = null;
    this.limit = PAGE;
    this.words = h("p", { class: "wbm-hint wbv-runs-words", role: "status" }, _("Looking for runs…"));
    this.part = /** @type {HTMLInputElement} */ (
      h("input", {
        type: "search",
        class: "wbv-find",
        placeholder: _("Case or beneficiary"),
        "aria-label": _("Case or beneficiary"),
        oninput: () => this.searchSoon(),
      })
    );
    this.state = /** @type {HTMLSelectElement} */ (
      h(
        "select",
        { class: "wbv-find", "aria-label": _("State"), onchange: () => this.search() },
        ...STATES.map(([value, word]) => h("option", { value }, word)),
      )
    );
    this.filters = h("div", { class: "wbv-filters", role: "search", hidden: true }, this.part, this.state);
    this.list = h("ol", { class: "wbv-cards", "aria-label": _("Petitions") });
    this.more = h(
      "button",
      { type: "button", class: "wbm-button wbv-more", hidden: true, onclick: () => this.showMore() },
      _("Show {count} more", { count: PAGE }),
    );
    this.count = h("span", { class: "wbm-hint", role: "status" });
    this.node = h(
      "div",
      { class: "wbv-runs" },
      this.filters,
      this.words,
      this.list,
      h("div", { class: "wbv-rest" }, this.more, this.count),
    );
    this.turn = null; // identifies the refresh loop: a new start, or a stop, ends the old one
  }

  start() {
    this.turn = {};
    clearTimeout(this.timer);
    this.refresh(this.turn);
  }

  stop() {
    this.turn = null;
    clearTimeout(this.timer);
    clearTimeout(this.typing);
  }

  /** Searches when nobody has typed for a moment. */
  searchSoon() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.search(), TYPING);
  }

  search() {
    this.limit = PAGE;
    this.found = null;
    this.start();
  }

  showMore() {
    this.limit += PAGE;
    this.found = null;
    this.start();
  }

  async refresh(turn) {
    const asked = performance.now();
    const wanted = { limit: this.limit, case: this.part.value.trim(), state: this.state.value };
    const found = this.found && document.visibilityState === "hidden" ? this.found : await this.ask(wanted);
    if (this.turn !== turn) return;
    const took = performance.now() - asked;
    if (found) this.draw(found);
    else
      setText(
        this.words,
        this.rows ? _("The list cannot be fetched at the moment.") : _("The server cannot be reached at the moment."),
      );
    this.heard(this.rows);
    this.timer = setTimeout(() => this.refresh(turn), Math.max(this.every, REST * took));
  }

  /** @param {RunsFound} found */
  draw(found) {
    const { documents: rows, total } = found;
    this.found = found;
    this.rows = rows;
    const filtered = this.part.value.trim() !== "" || this.state.value !== "";
    setText(this.words, rows.length ? "" : filtered ? _("No petition is like that.") : this.none);
    this.filters.hidden = total <= FEW && !filtered;
    this.more.hidden = total <= rows.length;
    setText(
      this.count,
      this.more.hidden ? "" : _("{done} of {total}", { done: rows.length, total: wholeNumber.format(total) }),
    );
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
    setText(item.share, describeShare(row));
    item.fill.style.width = `${Math.max(0, Math.min(100, row.progress?.percentage ?? 0))}%`;
  }
}
