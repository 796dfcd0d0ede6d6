// The redline of any two texts: two drafts, or two versions of a prompt. The spans are the kernel's.

import { _, ngettext } from "../monitor/catalogue.js";
import { h, icon, setAttribute, setText } from "../monitor/dom.js";
import { describeDraft, describePrompt } from "./figures.js";

export class RedlinePane {
  constructor({ ask }) {
    this.ask = ask;
    this.sides = ["old", "new"].map((side) =>
      h("select", {
        class: "wbu-select",
        "aria-label": side === "old" ? _("From") : _("To"),
        onchange: () => this.fetch(),
      }),
    );
    this.told = h("p", { class: "wbm-hint", role: "status" });
    this.text = h("div", { class: "wbu-redline", tabindex: "0", role: "region", "aria-label": _("Redline") });
    this.node = h(
      "div",
      { class: "wbu-compare" },
      h(
        "div",
        { class: "wbu-bar" },
        h("span", { class: "wbm-label" }, _("From")),
        this.sides[0],
        h("span", { class: "wbm-label" }, _("To")),
        this.sides[1],
        h("button", { type: "button", class: "wbm-button", onclick: () => this.swap() }, icon("again"), _("Swap")),
      ),
      this.told,
      this.text,
    );
  }

  draw(state) {
    this.state = state;
    const prompts = [
      ...(state.parts.section.edited ? [["edit", _("Edit, not saved")]] : []),
      ...(state.parts.system.edited ? [["edit:system", _("Edit of the system message")]] : []),
      ...state.versions.map(({ ref }) => [ref, describePrompt(ref, state.versions).join(" · ")]),
    ];
    const drafts = state.drafts
      .filter((draft) => draft.text && draft.status !== "waiting")
      .map((draft) => [draft.id, describeDraft(draft, state.versions)]);
    const key = JSON.stringify([prompts, drafts]);
    if (key === this.key) return;
    this.key = key;
    for (const select of this.sides) {
      const chosen = select.value;
      select.replaceChildren(
        h("option", { value: "" }, _("choose…")),
        group(_("Drafts"), drafts),
        group(_("Prompts"), prompts),
      );
      select.value = [...drafts, ...prompts].some(([value]) => value === chosen) ? chosen : "";
    }
  }

  /** Shows the redline from one text to another. */
  show(old, now) {
    [this.sides[0].value, this.sides[1].value] = [old, now];
    this.fetch();
  }

  /** Puts a draft on one side; returns whether both sides are chosen. */
  take(id) {
    const [old, now] = this.sides.map((side) => side.value);
    const first = this.state.drafts.some((draft) => draft.id === old) && old !== id && !this.shown;
    if (first) this.show(old, id);
    else
      this.show(id, now && this.state.drafts.some((draft) => draft.id === now) && now !== id && !this.shown ? now : "");
    return Boolean(this.sides[0].value && this.sides[1].value);
  }

  swap() {
    const [old, now] = this.sides.map((side) => side.value);
    this.show(now, old);
  }

  fetch() {
    const [old, now] = this.sides.map((side) => side.value);
    this.shown = Boolean(old && now);
    this.text.replaceChildren();
    setText(this.told, this.shown ? _("Comparing…") : _("Choose two drafts, or two prompts."));
    if (this.shown) this.ask({ type: "redline", old, new: now }, (answer) => this.receive(answer));
  }

  receive(answer) {
    if (answer.type === "failure") return setText(this.told, answer.message);
    setText(
      this.told,
      answer.same
        ? _("No difference.")
        : ngettext(
            "{count} word put in, {deleted} struck out.",
            "{count} words put in, {deleted} struck out.",
            answer.inserted,
            { deleted: answer.deleted },
          ),
    );
    setAttribute(this.text, "aria-label", _("Redline from {old} to {new}", { old: answer.old, new: answer.new }));
    this.text.replaceChildren(
      h(
        "div",
        { class: "wbu-spans" },
        answer.spans.map(([op, text]) =>
          op === "equal"
            ? text
            : h(
                op === "insert" ? "ins" : "del",
                {},
                h("span", { class: "wbm-only-heard" }, op === "insert" ? `[${_("put in:")} ` : `[${_("struck out:")} `),
                text,
                h("span", { class: "wbm-only-heard" }, "]"),
              ),
        ),
      ),
    );
    this.text.scrollTop = 0;
    return null;
  }
}

function group(label, rows) {
  return rows.length
    ? h(
        "optgroup",
        { label },
        rows.map(([value, words]) => h("option", { value }, words)),
      )
    : null;
}
