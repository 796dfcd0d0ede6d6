// Connection to a server: a WebSocket; polling where none opens; the notebook's comm where no server can be reached.

import { _ } from "./catalogue.js";
import { socketAddress } from "./addresses.js";

// Milliseconds.
export const TIMES = {
  first: 1000, // least time between two attempts to open a socket, doubled after each
  most: 30000, // longest time between them
  soon: 400, // before the first attempt after a server has said that it restarts
  patience: 6000, // until a new socket must have been welcomed
  steady: 10000, // life of a socket after which the failures before it no longer count
  quiet: 25000, // without a message until a ping
  answer: 10000, // without an answer to a ping until the socket is given up
  poll: 2000, // between two polls
};

const FAILURES = 3; // attempts in a row before polling begins, and polls in a row before the comm is asked

/**
 * Close codes and HTTP statuses after which no further attempt can succeed.
 *
 * @type {Record<number, string>}
 */
const FINAL = { 4401: "expired", 4404: "unknown", 401: "expired", 403: "foreign", 404: "unknown" };

/**
 * Follows one run: the server's messages go to `receive`, changes of the connection's state to `stand`.
 */
export class Connection {
  /**
   * @param {ConnectionOptions} options
   * @param {{ receive: (message: any) => void, stand: (state: ConnectionState) => void }} listeners
   */
  constructor({ servers, thread, token, useWebSocket = true, comm = null, times = {} }, { receive, stand }) {
    this.servers = servers;
    this.thread = thread;
    this.token = token;
    this.useWebSocket = useWebSocket;
    this.comm = comm;
    this.receive = receive;
    this.stand = stand;
    /** @type {typeof TIMES} */
    this.times = { ...TIMES, ...times };
    this.at = 0; // the server in use
    this.reached = ""; // the last event that the view has
    this.failures = 0;
    this.tried = 0; // servers, in this attempt
    /** @type {string | null} */
    this.refused = null; // a server's final refusal in this attempt: another server may still know the run
    this.over = new AbortController();
    /** @type {AbortController | null} */
    this.polling = null;
    /** @type {(() => void) | null} */
    this.commStop = null;
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {number | null} */
    this.welcomedAt = null; // when the server said that the socket is open; null before
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.retry = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.watching = undefined;
    this.until = 0;
  }

  /** @returns {void} */
  start() {
    const { signal } = this.over;
    this.stand({ is: "opening" });
    if (!this.servers.length || !this.useWebSocket) return void this.poll();
    window.addEventListener("online", () => this.hurry(), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.hurry(), {
      signal,
    });
    return this.open();
  }

  stop() {
    this.over.abort();
    clearTimeout(this.retry);
    this.stopPolling();
    this.leave();
  }

  /**
   * Ends the connection; no attempt follows.
   *
   * @param {string} why a value of FINAL
   */
  end(why) {
    this.stop();
    this.stand({ is: "ended", why });
  }

  get server() {
    return this.servers[this.at];
  }

  // ---- the socket

  /** @returns {void} */
  open() {
    clearTimeout(this.retry);
    this.retry = undefined;
    this.welcomedAt = null;
    try {
      this.socket = new WebSocket(socketAddress(this.server, this.thread, this.token, this.reached));
    } catch {
      return this.lost(null); // not permitted to the page, such as ws: from an https page
    }
    const { socket } = this;
    socket.onmessage = ({ data }) => socket === this.socket && this.hear(data);
    socket.onclose = ({ code }) => socket === this.socket && this.lost(code);
    this.watch(this.times.patience, () => this.giveUp());
    return undefined;
  }

  /** Drops the socket without waiting for its close event: a closing handshake may never be answered. */
  leave() {
    clearTimeout(this.watching);
    if (!this.socket) return;
    this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = null;
  }

  giveUp() {
    this.leave();
    this.lost(null);
  }

  /**
   * Sets the one deadline of the socket.
   *
   * @param {number} milliseconds
   * @param {() => void} then
   */
  watch(milliseconds, then) {
    clearTimeout(this.watching);
    this.watching = setTimeout(then, milliseconds);
  }

  /** @param {string} data */
  hear(data) {
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      return;
    }
    if (this.welcomedAt !== null) this.watch(this.times.quiet, () => this.ping());
    if (message.type === "connected") this.welcome();
    else if (message.type === "initial_state") this.replace(message.state);
    else if (message.type === "writer") this.receive(message);
    else if (message.type !== "pong") {
      if (message.id) this.reached = message.id;
      this.receive({ type: "events", after: "", events: [message] });
    }
  }

  welcome() {
    this.welcomedAt = Date.now();
    this.tried = 0;
    this.refused = null;
    this.stopPolling();
    this.watch(this.times.quiet, () => this.ping());
    this.stand({ is: "live" });
  }

  ping() {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send("ping");
    this.watch(this.times.answer, () => this.giveUp());
  }

  /**
   * Tries the next server; after the last, the same ones again after a while.
   *
   * @param {number | null} code the close code; null where the socket was given up
   * @returns {void}
   */
  lost(code) {
    clearTimeout(this.watching);
    this.socket = null;
    const { welcomedAt } = this;
    this.welcomedAt = null;
    this.refused ??= (code && FINAL[code]) || null;
    if (welcomedAt === null && ++this.tried < this.servers.length) {
      this.at = (this.at + 1) % this.servers.length;
      return this.open();
    }
    if (this.refused) return this.end(this.refused);
    this.tried = 0;
    if (welcomedAt !== null && Date.now() - welcomedAt > this.times.steady) this.failures = 0;
    this.failures += 1;
    if (welcomedAt !== null && code === 1012 && this.failures === 1) {
      // 1012, service restart: another server may be up already, and this one soon
      this.at = (this.at + 1) % this.servers.length;
      return this.wait(this.times.soon * (0.5 + Math.random()));
    }
    if (this.failures >= FAILURES) this.poll(); // goes on until a socket is open
    // The random part spreads out the viewers of a server that comes back.
    return this.wait(
      Math.min(this.times.most, this.times.first * 2 ** (this.failures - 1)) * (0.5 + Math.random() / 2),
    );
  }

  /** @param {number} milliseconds */
  wait(milliseconds) {
    this.retry = setTimeout(() => this.open(), milliseconds);
    this.until = Date.now() + milliseconds;
    if (!this.polling) this.stand({ is: "waiting", until: this.until });
  }

  /** Tries at once: the page is looked at again, or the network is back. */
  hurry() {
    if (this.retry) this.open();
    else if (this.welcomedAt !== null) this.ping();
  }

  // ---- polling

  stopPolling() {
    this.polling?.abort();
    this.polling = null;
    this.commStop?.();
    this.commStop = null;
  }

  async poll() {
    if (this.polling) return;
    const { signal } = (this.polling = new AbortController());
    let missed = 0;
    /** @type {string | null} */
    let tag = null;
    /** @type {string | null} */
    let refused = null;
    for (;;) {
      /** @type {Preview} */
      const answer = this.servers.length ? await this.fetchPreview(tag, signal) : {};
      if (signal.aborted) return;
      if (answer.state || answer.same) {
        [tag, missed, refused] = [answer.tag ?? tag, 0, null];
        this.commStop?.();
        this.commStop = null;
        if (answer.state) this.replace(answer.state);
        if (answer.writer) this.receive({ type: "writer", ...readWriter(answer.writer) });
        this.stand({ is: "polling" });
      } else {
        [missed, refused] = [missed + 1, refused ?? answer.refused ?? null];
        if (refused && missed >= this.servers.length) return this.end(refused);
        if (this.servers.length) this.at = (this.at + 1) % this.servers.length;
        if (this.comm && (missed >= FAILURES || !this.servers.length)) this.askComm();
        else this.stand({ is: "waiting", until: Date.now() + this.times.poll });
      }
      await pause(Math.max(answer.after ?? 0, this.times.poll), signal);
      if (signal.aborted) return;
    }
  }

  /**
   * Asks for the whole snapshot once; {} where there is no answer.
   *
   * @param {string | null} tag ETag of the snapshot at hand
   * @param {AbortSignal} signal
   * @returns {Promise<Preview>}
   */
  async fetchPreview(tag, signal) {
    try {
      const answer = await this.fetch(
        `api/document/preview/${encodeURIComponent(this.thread)}`,
        signal,
        tag ? { "If-None-Match": tag } : {},
      );
      const writer = answer.headers.get("X-Workbench-Writer");
      if (answer.ok) return { state: await answer.json(), tag: answer.headers.get("ETag"), writer };
      if (answer.status === 304) return { same: true, writer };
      // A proxy may answer 401 or 404 by itself: only the workbench gives its reason as JSON.
      const ours =
        answer.headers.get("Content-Type")?.startsWith("application/json") && "detail" in (await answer.json());
      return {
        refused: ours ? FINAL[answer.status] : null,
        after: 1000 * (Number(answer.headers.get("Retry-After")) || 0),
      };
    } catch {
      return {};
    }
  }

  /**
   * Sends a request with the token in a header. Cookies go to the page's own host only, where a hub may need them.
   *
   * @param {string} path
   * @param {AbortSignal} signal
   * @param {Record<string, string>} headers
   */
  fetch(path, signal = this.over.signal, headers = {}) {
    return fetch(this.server + path, {
      headers: { Authorization: `Bearer ${this.token}`, ...headers },
      signal: AbortSignal.any([signal, AbortSignal.timeout(60000)]),
      credentials: "same-origin",
      referrerPolicy: "no-referrer",
      cache: "no-store",
    });
  }

  // ---- the comm

  askComm() {
    if (!this.comm) return;
    this.commStop ??= this.comm.listen((message) => {
      if (message.type === "state") {
        this.stand({ is: "comm" });
        this.replace(message.state);
      } else this.receive(message);
    });
    this.comm.send({ type: "hello" });
  }

  // ---- what came

  /** @param {Snapshot} state */
  replace(state) {
    this.reached = state.last_event_id ?? "";
    this.receive({ type: "state", state, fresh: true });
  }

  /**
   * Asks for what a message of the view asks a kernel for: a page, its picture or its marks, a file, the check report.
   * The answer comes as a message of the same type.
   *
   * @param {Message} message
   */
  async answer({ type, exhibit_id, page, words, sentence }) {
    const about = type === "check" ? { type } : { type, exhibit_id, ...(page && { page }) };
    if (this.commStop) {
      // The kernel behind a dashboard fetches texts alone.
      if (type === "page") return this.comm?.send(about);
      return this.receive({ ...about, error: _("Without a server only the text of a page is shown.") });
    }
    const run = `api/document/${encodeURIComponent(this.thread)}`;
    const exhibit = `${run}/exhibit/${encodeURIComponent(exhibit_id)}`;
    const sought = new URLSearchParams({ ...(words && { words }), ...(sentence && { sentence }) });
    /** @type {Record<string, [string, (answer: Response) => Promise<object>]>} */
    const ways = {
      page: [`${exhibit}/page/${page}`, async (answer) => ({ text: await answer.text() })],
      picture: [`${exhibit}/page/${page}/image`, async (answer) => ({ blob: await answer.blob() })],
      marks: [`${exhibit}/page/${page}/boxes?${sought}`, (answer) => answer.json()],
      document: [
        `${exhibit}/file`,
        async (answer) => ({ blob: await answer.blob(), name: nameOf(answer) ?? `${exhibit_id}` }),
      ],
      check: [`${run}/check`, async (answer) => ({ report: await answer.json() })],
    };
    const [path, read] = ways[type];
    try {
      const answer = await this.fetch(path);
      if (answer.ok) return this.receive({ ...about, ...(await read(answer)) });
      return this.receive({ ...about, error: type === "page" ? refusalOf(answer.status) : await reasonOf(answer) });
    } catch {
      return (
        this.over.signal.aborted ||
        this.receive({ ...about, error: _("The server cannot be reached: try again in a moment.") })
      );
    }
  }
}

/** Messages that Connection.answer answers. */
const ASKED_OF_SERVER = new Set(["page", "picture", "marks", "document", "check"]);

/** @param {number} status */
function refusalOf(status) {
  return status === 404 ? _("This page is not kept with the run.") : _("The server does not give out this page now.");
}

/**
 * Returns the reason that the server gives for a refusal.
 *
 * @param {Response} answer
 */
async function reasonOf(answer) {
  try {
    return String((await answer.json()).detail);
  } catch {
    return _("The server does not give this out now.");
  }
}

/**
 * Returns the name of a file that is sent as an attachment.
 *
 * @param {Response} answer
 */
function nameOf(answer) {
  const name = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1];
  return name ? decodeURIComponent(name) : null;
}

/**
 * Reads the header that tells of the run's writer, such as "silent 6".
 *
 * @param {string} header
 */
function readWriter(header) {
  const [state, seconds] = header.split(" ");
  return { state, silent_s: seconds === undefined ? null : Number(seconds) };
}

/**
 * Waits; ends early where the signal aborts.
 *
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 */
function pause(milliseconds, signal) {
  return new Promise((/** @type {(value?: undefined) => void} */ done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
  });
}

/**
 * Makes the source of a read-only monitor.
 *
 * @param {ConnectionOptions} options
 * @param {(state: ConnectionState) => void} stand is told each change of the connection's state
 * @returns {MonitorSource & { fetch(path: string): Promise<Response> }}
 */
export function socketSource(options, stand) {
  /** @type {Connection} made by `listen`, which the monitor calls first */
  let connection;
  return {
    controls: false,
    state: () => null,
    waitsFor: () => ({}),
    notice: () => null,
    fetch: (path) => connection.fetch(path),
    send(message) {
      if (ASKED_OF_SERVER.has(message.type)) connection.answer(message);
    },
    listen(handler) {
      connection = new Connection(options, { receive: handler, stand });
      connection.start();
      return () => connection.stop();
    },
  };
}
