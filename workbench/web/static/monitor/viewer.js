// The read-only viewer: the monitor with charts, findings, and the list of runs where there are several.

import { _, ngettext } from "./catalogue.js";
import { findJupyterBase, serverAddresses } from "./addresses.js";
import { nameDocument } from "./document_names.js";
import { h, icon, setAttribute, setText } from "./dom.js";
import { saveFile } from "./files.js";
import { FindingsList } from "./findings_list.js";
import { mount } from "./mount.js";
import { RunList } from "./run_list.js";
import { socketSource } from "./connection.js";
import { ConnectionStatus, describeConnection } from "./connection_status.js";
import { Statistics } from "./statistics.js";

// On a wide page, outline and run are shown beside the letter, and their tabs are hidden.
const TABS = {
  petition: _("Petition"),
  outline: _("Sections"),
  statistics: _("Statistics"),
  findings: _("Findings"),
  run: _("Run"),
};

/**
 * Puts the viewer into an element and returns the function that removes it.
 *
 * server, servers: base addresses of a server, as the host knows them. thread: the run, or null for the list of all.
 * useWebSocket: false to poll only. comm: the last resort, { send(message), listen(handler) -> stop }: `hello` is
 * answered with a `state`, `page` with a `page`, as a Monitor does. fill: whether the page is the viewer's alone.
 * alone: whether the server keeps runs in its own memory.
 */
export function mountViewer(
  el,
  {
    server = null,
    servers = [],
    thread = null,
    token,
    useWebSocket = true,
    comm = null,
    fill = false,
    alone = false,
    times = {},
  },
) {
  const bases = serverAddresses([...servers, ...(server ? [server] : [])], location.href, findJupyterBase(document));
  const viewer = new Viewer({ bases, token, useWebSocket, comm, fill, alone, times });
  el.append(viewer.box);
  viewer.start(thread);
  return () => viewer.stop();
}

/**
 * Puts the viewer into the page `…/view/{thread_id}?token=…`: run and token come from the page's address. `…/view/` is
 * the page of all runs. Behind a Jupyter server that has admitted its user there need be no token.
 */
export function mountPage(el) {
  const { pathname, search, href } = location;
  const thread = decodeURIComponent(pathname.split("/").at(-1)) || null;
  return mountViewer(el, {
    server: new URL("..", href).href,
    thread,
    token: new URLSearchParams(search).get("token") ?? "",
    useWebSocket: el.dataset.websocket !== "false",
    fill: true,
    alone: el.dataset.store === "memory",
  });
}

class Viewer {
  constructor({ bases, token, useWebSocket, comm, fill, alone, times }) {
    this.bases = bases;
    this.token = token;
    this.useWebSocket = useWebSocket;
    this.comm = comm;
    this.times = times;
    this.unmount = null;
    this.over = new AbortController();
    this.id = `wbv-${Math.random().toString(36).slice(2)}`;
    this.back = h(
      "button",
      {
        type: "button",
        class: "wbm-button wbv-back",
        "aria-label": _("All petitions"),
        hidden: true,
        onclick: () => (this.showRuns(), this.title.focus()),
      },
      icon("left"),
      h("span", {}, _("All petitions")),
    );
    this.title = h("h2", { class: "wbv-title", tabindex: "-1" }, _("Petition"));
    this.about = h("p", { class: "wbv-about" });
    this.standing = new ConnectionStatus();
    this.pdf = h(
      "button",
      {
        type: "button",
        class: "wbm-button wbv-pdf",
        title: _("The petition as it stands, as PDF; DRAFT on each page"),
        onclick: () => this.download(),
      },
      icon("down"),
      h("span", {}, "PDF"),
    );
    this.banner = h("div", { class: "wbm-banner wbv-banner", role: "status", hidden: true });
    this.tabs = new Map(
      Object.entries(TABS).map(([name, word]) => [
        name,
        h(
          "button",
          {
            type: "button",
            class: "wbv-tab",
            role: "tab",
            id: `${this.id}-${name}`,
            "data-tab": name,
            onclick: () => this.turnTo(name),
          },
          word,
        ),
      ]),
    );
    this.bar = h(
      "div",
      { class: "wbv-tabs", role: "tablist", "aria-label": _("What is shown") },
      ...this.tabs.values(),
    );
    this.waiting = h("div", { class: "wbv-waiting", role: "status" });
    this.panels = Object.fromEntries(
      ["petition", "statistics", "findings"].map((name) => [
        name,
        h("div", {
          class: `wbv-panel wbv-${name}-panel`,
          role: "tabpanel",
          "aria-labelledby": `${this.id}-${name}`,
          tabindex: name === "petition" ? null : "0",
        }),
      ]),
    );
    this.runs = new RunList({
      ask: (/** @type {RunsWanted} */ wanted) => this.documents(wanted),
      choose: (id) => (this.open(id), this.title.focus()),
      heard: (/** @type {DocumentRow[] | null} */ rows) => this.heardRuns(rows),
      every: times.runs,
      none: alone
        ? _("This server keeps petitions in its own memory: those of notebooks are not shown here.")
        : undefined,
    });
    this.root = h(
      "div",
      {
        class: "wbv",
        role: "group",
        "aria-label": _("A petition, to be read"),
        "data-fill": fill,
        "data-lm-suppress-shortcuts": "true",
      },
      h(
        "header",
        { class: "wbv-head" },
        this.back,
        h("div", { class: "wbv-names" }, this.title, this.about),
        h(
          "span",
          { class: "wbv-readonly", title: _("Nothing can be changed from this page") },
          icon("eye"),
          _("Read-only"),
        ),
        this.standing.node,
        this.pdf,
      ),
      this.banner,
      this.bar,
      this.waiting,
      this.runs.node,
      ...Object.values(this.panels),
    );
    this.box = h("div", { class: "wbv-frame" }, this.root);
    this.bar.addEventListener("keydown", (event) => this.walkTabs(event));
    this.turnTo("petition");
  }

  start(thread) {
    this.clockwork = setInterval(() => this.standing.tick(), 1000);
    if (thread) this.open(thread);
    else this.showRuns();
    if (thread) this.documents({ limit: 2 }).then((found) => this.heardRuns(found?.documents));
  }

  stop() {
    this.over.abort();
    clearInterval(this.clockwork);
    this.runs.stop();
    this.leave();
    this.box.remove();
  }

  // ---- choosing the run

  leave() {
    this.unmount?.();
    this.unmount = null;
    for (const panel of Object.values(this.panels)) panel.replaceChildren();
  }

  /** Shows a run in place of the list or of another run. */
  open(thread) {
    this.leave();
    this.runs.stop();
    this.thread = thread;
    this.state = null;
    this.stood = null;
    setAttribute(this.root, "data-shows", "nothing");
    setText(this.title, _("Petition"));
    setText(this.about, thread);
    const source = socketSource(
      {
        servers: this.bases,
        thread,
        token: this.token,
        useWebSocket: this.useWebSocket,
        comm: this.comm,
        times: this.times,
      },
      (standing) => this.stand(standing),
    );
    // Without a connection the clock stands still, too: what is shown is how it stood then.
    this.source = {
      ...source,
      reading: () => this.turnTo("petition"),
      over: () => this.ended || this.stood === "waiting",
    };
    this.unmount = mount(this.panels.petition, this.source, ({ showFinding }) => {
      const statistics = new Statistics();
      const findings = new FindingsList({ show: showFinding });
      this.panels.statistics.replaceChildren(statistics.node);
      this.panels.findings.replaceChildren(findings.node);
      return [statistics, findings, { draw: (state, before) => this.draw(state, before) }];
    });
  }

  showRuns() {
    this.leave();
    this.thread = null;
    this.state = null;
    this.stood = null;
    setAttribute(this.root, "data-shows", "runs");
    setText(this.title, _("Petitions"));
    setText(this.about, "");
    this.back.hidden = true;
    this.banner.hidden = true;
    this.runs.start();
  }

  /** Shows the way back to the list where the link can see another run. */
  heardRuns(rows) {
    if (this.thread) this.back.hidden = !rows?.some((row) => row.thread_id !== this.thread);
  }

  /**
   * Fetches the beginning of the list; null where no server answers.
   *
   * @param {RunsWanted} wanted
   * @returns {Promise<RunsFound | null>}
   */
  async documents({ limit, case: part = "", state = "" }) {
    const query = new URLSearchParams({ limit: String(limit), case: part, state });
    for (const base of this.bases) {
      try {
        const answer = await fetch(`${base}api/documents?${query}`, {
          headers: { Authorization: `Bearer ${this.token}` },
          credentials: "same-origin",
          referrerPolicy: "no-referrer",
          cache: "no-store",
          signal: this.over.signal,
        });
        if (answer.ok) return await answer.json();
        if (answer.status === 401 && !this.thread) this.endList();
      } catch {
        if (this.over.signal.aborted) return null;
      }
    }
    return null;
  }

  endList() {
    this.runs.stop();
    setAttribute(this.root, "data-shows", "nothing");
    this.stand({ is: "ended", why: "expired" });
  }

  // ---- drawing

  stand(standing) {
    this.standing.show(standing);
    const { is, word, why } = describeConnection(standing);
    if (is === this.stood) return; // polling reports the same state every two seconds
    this.stood = is;
    this.banner.hidden = !(is === "ended" && this.state);
    setAttribute(this.banner, "data-severity", "error");
    this.banner.replaceChildren(
      icon("cross"),
      h(
        "span",
        {},
        _("{status}. {why} What is shown is how the {document} stood then.", {
          status: word,
          why,
          document: nameDocument(this.state).noun,
        }),
      ),
    );
    // Before the first snapshot nothing is shown that could be out of date.
    const first =
      is === "waiting"
        ? [_("Connecting…"), _("The server does not answer yet. This page goes on trying.")]
        : [word, why];
    this.waiting.replaceChildren(h("h3", {}, first[0]), h("p", {}, first[1]));
    setAttribute(this.waiting, "data-is", is);
    this.ended = is === "ended";
    this.pdf.disabled = this.ended;
  }

  draw(state, before) {
    this.state = state;
    if (!before) setAttribute(this.root, "data-shows", "run");
    if (state.letter !== before?.letter) {
      setText(this.title, state.letter.beneficiary || state.letter.case_title || state.case_id);
      setText(this.about, state.letter.field_of_endeavor);
      const { noun, title } = nameDocument(state);
      setText(this.tabs.get("petition"), title);
      setAttribute(this.pdf, "title", _("The {document} as it stands, as PDF; DRAFT on each page", { document: noun }));
    }
    if (state.sections !== before?.sections) {
      const open = state.sections.reduce((sum, section) => sum + (section.findings?.length ?? 0), 0);
      this.tabs
        .get("findings")
        .replaceChildren(
          _("Findings"),
          ...(open
            ? [
                h(
                  "span",
                  { class: "wbv-count", title: ngettext("{count} open finding", "{count} open findings", open) },
                  String(open),
                ),
              ]
            : []),
        );
    }
  }

  turnTo(name, focus = false) {
    this.tab = name;
    setAttribute(this.root, "data-tab", name);
    for (const [each, tab] of this.tabs) {
      setAttribute(tab, "aria-selected", String(each === name));
      setAttribute(tab, "tabindex", each === name ? "0" : "-1");
    }
    if (focus) this.tabs.get(name).focus();
  }

  walkTabs(event) {
    const names = [...this.tabs].filter(([, tab]) => tab.offsetParent).map(([name]) => name);
    const here = names.indexOf(this.tab);
    const goal = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: names.length - 1 }[event.key];
    if (goal === undefined) return;
    event.preventDefault();
    this.turnTo(names.at(goal % names.length), true);
  }

  /** Fetches the PDF and saves it. A plain link would carry the token in an address that the browser's history keeps. */
  async download() {
    const { thread } = this;
    setAttribute(this.pdf, "aria-busy", "true");
    this.pdf.disabled = true;
    let said = null;
    try {
      const answer = await this.source.fetch(`api/download-petition-pdf/${encodeURIComponent(thread)}`);
      if (!answer.ok) {
        const { noun } = nameDocument(this.state);
        said = _("The PDF cannot be made now: the {document} may have nothing in it yet.", { document: noun });
      } else saveFile(await answer.blob(), `petition-${thread}.pdf`);
    } catch {
      said = _("The PDF cannot be fetched: the server cannot be reached.");
    }
    this.pdf.removeAttribute("aria-busy");
    this.pdf.disabled = false;
    this.banner.hidden = !said;
    if (!said) return;
    setAttribute(this.banner, "data-severity", "warning");
    this.banner.replaceChildren(icon("warn"), h("span", {}, said));
  }
}
