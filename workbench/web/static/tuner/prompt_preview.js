// Beside the editor: the prompt as a model is sent it, and its length.

import { _, ngettext } from "../monitor/catalogue.js";
import { h, icon, setAttribute, setText } from "../monitor/dom.js";

const VIEWS = { user: _("As sent"), passages: _("Passages"), system: _("System message") };

export class PromptPreview {
  constructor() {
    this.open = "user";
    this.lengths = h("ul", { class: "wbu-lengths", "aria-label": _("Length of the prompt") });
    this.tabs = Object.fromEntries(
      Object.keys(VIEWS).map((view) => [
        view,
        h("button", { type: "button", role: "tab", class: "wbu-tab", onclick: () => this.turn(view) }),
      ]),
    );
    const list = h(
      "div",
      { class: "wbu-tabs", role: "tablist", "aria-label": _("What is sent") },
      Object.values(this.tabs),
    );
    list.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      const views = Object.keys(VIEWS);
      this.turn(views[(views.indexOf(this.open) + step + views.length) % views.length]);
      this.tabs[this.open].focus();
    });
    this.text = h("div", { class: "wbu-sent", tabindex: "0", role: "tabpanel" });
    this.node = h(
      "section",
      { class: "wbu-pane", "aria-label": _("What is sent") },
      h("div", { class: "wbu-bar" }, list),
      this.text,
      this.lengths,
    );
  }

  turn(view) {
    this.open = view;
    this.text.scrollTop = 0;
    if (this.preview) this.draw(this.preview);
  }

  draw(preview) {
    this.preview = preview;
    const { passages = [] } = preview;
    const inside = passages.filter((passage) => passage.goes_in).length;
    for (const [view, tab] of Object.entries(this.tabs)) {
      setAttribute(tab, "aria-selected", String(view === this.open));
      setAttribute(tab, "tabindex", view === this.open ? "0" : "-1");
      setText(
        tab,
        view === "passages" && passages.length
          ? inside < passages.length
            ? _("Passages {inside} of {total}", { inside, total: passages.length })
            : _("Passages {total}", { total: passages.length })
          : VIEWS[view],
      );
    }
    setAttribute(this.text, "aria-label", VIEWS[this.open]);
    this.text.classList.toggle("wbu-stale", Boolean(preview.error));
    if (preview.error) {
      const banner = h(
        "p",
        { class: "wbm-banner", "data-severity": "error" },
        icon("cross"),
        h("span", {}, _("Not as it stands: mend the errors in the editor.")),
      );
      const old = this.text.querySelector(".wbm-banner");
      old ? old.replaceWith(banner) : this.text.prepend(banner);
      return;
    }
    const key = JSON.stringify([this.open, preview]);
    if (key !== this.key) {
      this.key = key;
      const top = this.text.scrollTop;
      this.text.replaceChildren(
        ...(this.open === "passages" ? this.passages(passages) : [this.pieces(preview[this.open])]),
      );
      this.text.scrollTop = top;
    }
    this.text.querySelector(".wbm-banner")?.remove();
    this.lengths.replaceChildren(
      ...preview.models.map((model) =>
        h(
          "li",
          { title: model.how },
          h("b", {}, model.name),
          h(
            "span",
            {},
            model.counted
              ? ngettext("{count} token", "{count} tokens", model.tokens)
              : ngettext("about {count} token", "about {count} tokens", model.tokens),
          ),
          h("span", { class: "wbm-hint" }, model.how),
          passages.length && model.kept < passages.length
            ? h(
                "span",
                { class: "wbu-cut" },
                icon("warn"),
                ngettext("{kept} of {count} passage fits", "{kept} of {count} passages fit", passages.length, {
                  kept: model.kept,
                }),
              )
            : null,
          model.too_long ? h("span", { class: "wbu-cut" }, icon("warn"), _("too long even without passages")) : null,
        ),
      ),
    );
  }

  pieces(pieces) {
    return h(
      "div",
      { class: "wbu-pieces" },
      pieces.map(([text, source]) =>
        source ? h("span", { class: "wbu-value", title: `{{${source}}}`, "data-source": source }, text) : text,
      ),
    );
  }

  passages(passages) {
    if (!passages.length)
      return [
        h(
          "p",
          { class: "wbm-hint" },
          _("No passage of the exhibits goes into this prompt: it has no {{passages}}, or their number above is 0."),
        ),
      ];
    return passages.map((passage) =>
      h(
        "article",
        { class: "wbu-passage", "data-in": String(passage.goes_in) },
        h(
          "h4",
          {},
          h("span", { class: "wbm-drawer-number" }, _("Ex. {number}", { number: passage.number })),
          _("{title}, page {page}", { title: passage.title, page: passage.page }),
          passage.goes_in ? null : h("span", { class: "wbu-cut" }, icon("warn"), _("does not fit")),
        ),
        h("p", {}, passage.text),
      ),
    );
  }
}
