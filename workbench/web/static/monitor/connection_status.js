// State of the connection in words: a viewer must know whether what is shown is up to date.

import { _ } from "./catalogue.js";
import { h, icon, setAttribute, setText } from "./dom.js";

/** @type {Record<string, [icon: string, word: string, why: string]>} */
const WORDS = {
  opening: ["waiting", _("Connecting…"), _("Looking for the server.")],
  live: ["live", _("Live"), _("What is drafted is shown as it happens.")],
  waiting: ["again", _("Reconnecting…"), _("The connection was lost. What is shown is how it stood then.")],
  polling: ["again", _("Polling"), _("No socket opens from here: what is drafted is fetched every two seconds.")],
  comm: [
    "again",
    _("Through the notebook"),
    _("The server cannot be reached from here: what is drafted comes by way of the notebook's kernel."),
  ],
};

/** @type {Record<string, [word: string, why: string]>} */
const ENDED = {
  expired: [_("Link expired"), _("This link has expired or was withdrawn: ask whoever sent it for a new one.")],
  unknown: [_("Run not found"), _("There is no such petition here, or it was removed: ask whoever sent the link.")],
  foreign: [
    _("Not this link’s run"),
    _("This link opens another petition: ask whoever sent it for a link to this one."),
  ],
};

/**
 * Words the state of a connection.
 *
 * @param {ConnectionState} standing
 */
export function describeConnection(standing) {
  if (standing.is === "ended") {
    const [word, why] = ENDED[standing.why] ?? ENDED.expired;
    return { is: "ended", shape: "cross", word, why };
  }
  const [shape, word, why] = WORDS[standing.is];
  return { is: standing.is, shape, word, why };
}

/** The connection's state on the page: its word is read out when it changes, the seconds to the next attempt are not. */
export class ConnectionStatus {
  constructor() {
    this.mark = h("span", { class: "wbv-standing-mark" });
    this.word = h("span", { role: "status" });
    this.seconds = h("span", { class: "wbv-standing-seconds", "aria-hidden": "true" });
    this.node = h("span", { class: "wbv-standing" }, this.mark, this.word, this.seconds);
    /** @type {ConnectionState} */
    this.standing = { is: "opening" };
    this.show(this.standing);
  }

  /** @param {ConnectionState} standing */
  show(standing) {
    this.standing = standing;
    const { is, shape, word, why } = describeConnection(standing);
    if (this.node.dataset.is !== is) this.mark.replaceChildren(icon(shape));
    setAttribute(this.node, "data-is", is);
    setAttribute(this.node, "title", why);
    setText(this.word, word);
    this.tick();
  }

  tick(now = Date.now()) {
    const left = this.standing.is === "waiting" ? Math.round((this.standing.until - now) / 1000) : 0;
    setText(this.seconds, left > 2 ? _("in {seconds} s", { seconds: left }) : "");
  }
}
