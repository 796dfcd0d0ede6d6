// The way to a server: a socket; polling where none opens; the notebook's own comm where no server is reached at all.

import { socketAddress } from "./addresses.js";

// Milliseconds.
export const TIMES = {
  first: 1000,
  most: 30000, // between two attempts to open a socket
  soon: 400, // before the first attempt after a server has said that it restarts
  patience: 6000, // until a server has said that a socket is open
  steady: 10000, // how long a socket must have lived for the failures before it to be forgotten
  quiet: 25000,
  answer: 10000, // without a message until one is asked for, and until a socket that does not answer is given up
  poll: 2000,
};

const FAILURES = 3; // before there is polling, and before there is the comm

/** Why a connection is over for good, by close code and by HTTP status. */
const FINAL = { 4401: "expired", 4404: "unknown", 401: "expired", 403: "foreign", 404: "unknown" };

/**
 * Follows one run: what the server says goes to `receive` as messages of a source, how things stand to `stand`.
 *
 * Standing: { is: "opening" | "live" | "polling" | "comm" } · { is: "waiting", until } · { is: "ended", why: "expired" | "unknown" | "foreign" }.
 */
export class Connection {
  constructor({ servers, thread, token, useWebSocket = true, comm = null, times = {} }, { receive, stand }) {
    Object.assign(this, { servers, thread, token, useWebSocket, comm, receive, stand });
    this.times = { ...TIMES, ...times };
    this.at = 0; // the server in use
    this.reached = ""; // the last event that the view has
    this.failures = 0;
    this.tried = 0; // servers, in this attempt
    this.refused = null; // what a server of this attempt said for good
    this.over = new AbortController();
    this.polling = null;
    this.commStop = null;
  }

  start() {
    const { signal } = this.over;
    this.stand({ is: "opening" });
    if (!this.servers.length || !this.useWebSocket) return this.poll();
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

  /** For good: no attempt follows. */
  end(why) {
    this.stop();
    this.stand({ is: "ended", why });
  }

  get server() {
    return this.servers[this.at];
  }

  // ---- the socket

  open() {
    clearTimeout(this.retry);
    this.retry = null;
    this.welcomedAt = null;
    try {
      this.socket = new WebSocket(socketAddress(this.server, this.thread, this.token, this.reached));
    } catch {
      return this.lost(null); // a page that may not open it, such as an http server from an https page
    }
    const { socket } = this;
    socket.onmessage = ({ data }) => socket === this.socket && this.hear(data);
    socket.onclose = ({ code }) => socket === this.socket && this.lost(code);
    this.watch(this.times.patience, () => this.giveUp());
    return undefined;
  }

  /** Lets go of the socket, whatever its state: a closing handshake may never be answered. */
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

  watch(milliseconds, then) {
    clearTimeout(this.watching);
    this.watching = setTimeout(then, milliseconds);
  }

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

  /** The socket is gone, with a close code or without (null): the next server, or the same ones again after a while. */
  lost(code) {
    clearTimeout(this.watching);
    this.socket = null;
    const { welcomedAt } = this;
    this.welcomedAt = null;
    this.refused ??= FINAL[code] ?? null;
    if (welcomedAt === null && ++this.tried < this.servers.length) {
      this.at = (this.at + 1) % this.servers.length;
      return this.open();
    }
    if (this.refused) return this.end(this.refused);
    this.tried = 0;
    if (welcomedAt !== null && Date.now() - welcomedAt > this.times.steady) this.failures = 0;
    this.failures += 1;
    if (welcomedAt !== null && code === 1012 && this.failures === 1) {
      // it restarts: another may serve, and so will this one
      this.at = (this.at + 1) % this.servers.length;
      return this.wait(this.times.soon * (0.5 + Math.random()));
    }
    if (this.failures >= FAILURES) this.poll();
    return this.wait(
      Math.min(this.times.most, this.times.first * 2 ** (this.failures - 1)) * (0.5 + Math.random() / 2),
    );
  }

  wait(milliseconds) {
    this.retry = setTimeout(() => this.open(), milliseconds);
    this.until = Date.now() + milliseconds;
    if (!this.polling) this.stand({ is: "waiting", until: this.until });
  }

  /** Somebody looks, or the network is back: now rather than later. */
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
    let [tag, missed, refused] = [null, 0, null];
    for (;;) {
      const answer = this.servers.length ? await this.preview(tag, signal) : {};
      if (signal.aborted) return;
      if (answer.state || answer.same) {
        [tag, missed, refused] = [answer.tag ?? tag, 0, null];
        this.commStop?.();
        this.commStop = null;
        if (answer.state) this.replace(answer.state);
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

  /** One question for the whole state: { state, tag }, { same }, { refused, after }, or {} where nobody answers. */
  async preview(tag, signal) {
    try {
      const answer = await this.fetch(
        `api/document/preview/${encodeURIComponent(this.thread)}`,
        signal,
        tag && { "If-None-Match": tag },
      );
      if (answer.ok) return { state: await answer.json(), tag: answer.headers.get("ETag") };
      if (answer.status === 304) return { same: true };
      // A proxy on the way has refusals of its own: only the workbench gives its reason as JSON.
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

  /** A request with the token in a header; a cookie goes along to the page's own host only, where a hub may ask for it. */
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
    this.commStop ??= this.comm.listen((message) => {
      if (message.type === "state") {
        this.stand({ is: "comm" });
        this.replace(message.state);
      } else this.receive(message);
    });
    this.comm.send({ type: "hello" });
  }

  // ---- what came

  replace(state) {
    this.reached = state.last_event_id ?? "";
    this.receive({ type: "state", state, fresh: true });
  }

  /** Asks for the text of one exhibit page; it comes as a message. */
  async page(exhibit_id, page) {
    const about = { type: "page", exhibit_id, page };
    if (this.commStop) return this.comm.send(about);
    try {
      const answer = await this.fetch(
        `api/document/${encodeURIComponent(this.thread)}/exhibit/${encodeURIComponent(exhibit_id)}/page/${page}`,
      );
      if (answer.ok) return this.receive({ ...about, text: await answer.text() });
      return this.receive({
        ...about,
        error:
          answer.status === 404 ? "This page is not kept with the run." : "The server does not give out this page now.",
      });
    } catch {
      return (
        this.over.signal.aborted ||
        this.receive({ ...about, error: "The server cannot be reached: try again in a moment." })
      );
    }
  }
}

function pause(milliseconds, signal) {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
  });
}

/** A source of a monitor that shows and does nothing else; `stand` hears how the connection stands. */
export function socketSource(options, stand) {
  let connection = null;
  return {
    controls: false,
    state: () => null,
    waitsFor: () => ({}),
    notice: () => null,
    fetch: (path) => connection.fetch(path),
    send(message) {
      if (message.type === "page") connection.page(message.exhibit_id, message.page);
    },
    listen(handler) {
      connection = new Connection(options, { receive: handler, stand });
      connection.start();
      return () => connection.stop();
    },
  };
}
