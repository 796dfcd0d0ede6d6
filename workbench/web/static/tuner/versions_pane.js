// The versions of both prompts: open, compare, promote, roll back.

import { _, ngettext } from "../monitor/catalogue.js";
import { h, icon, setAttribute } from "../monitor/dom.js";
import { formatDate } from "../monitor/formatting.js";
import { shortenRef, STANDINGS } from "./figures.js";

const DECISION_SIGNS = {
  promote: ["check", _("The gate lets it pass"), "info"],
  undecided: ["warn", _("Undecided: not promoted"), "warning"],
  refuse: ["cross", _("Refused: not promoted"), "error"],
};

export class VersionsPane {
  constructor({ ask, open, compare, heard }) {
    this.ask = ask;
    this.open = open;
    this.compare = compare;
    this.heard = heard;
    this.busy = null;
    this.said = h("div", { class: "wbm-banner wbu-said-box", role: "status", hidden: true });
    this.form = null;
    this.formBox = h("div", {});
    this.groups = h("div", {});
    this.node = h("div", { class: "wbu-shelf" }, this.said, this.formBox, this.groups);
  }

  draw(state) {
    this.state = state;
    const key = JSON.stringify([state.versions, state.parts.section.edited, state.parts.system.edited, this.busy]);
    if (key === this.key) return;
    this.key = key;
    const focused = /** @type {HTMLElement | null} */ (document.activeElement?.closest("[data-act]") ?? null);
    const [act, ref] = this.node.contains(focused) ? [focused.dataset.act, refOf(focused)] : [];
    this.groups.replaceChildren(
      ...[
        ["section", _("Prompt of the section")],
        ["system", _("System message")],
      ].map(([part, title]) => this.group(part, title)),
    );
    if (act)
      [.../** @type {NodeListOf<HTMLElement>} */ (this.node.querySelectorAll(`[data-act="${act}"]`))]
        .find((each) => refOf(each) === ref)
        ?.focus();
  }

  group(part, title) {
    const versions = this.state.versions.filter((version) => version.part === part);
    const filing = versions.find((version) => version.standing === "filing");
    const back = this.button("rollback", "back", _("Roll back…"), () =>
      this.askWhy(
        _("Go back from {version} to the version that was filed before?", { version: shortenRef(filing.ref) }),
        _("Roll back"),
        _("Reason"),
        (reason) => this.rollBack(part, reason),
      ),
    );
    back.disabled = this.busy !== null || (filing?.shipped === true && versions.length === 1);
    return h(
      "section",
      { class: "wbu-versions", "aria-label": title },
      h(
        "div",
        { class: "wbu-bar" },
        h("h3", { class: "wbm-label" }, title),
        h("span", { class: "wbm-hint" }, ngettext("{count} version", "{count} versions", versions.length)),
        h("span", { class: "wbu-gap" }),
        back,
      ),
      h(
        "ul",
        {},
        versions.map((version) => this.row(version, filing)),
      ),
    );
  }

  row(version, filing) {
    const [shape, word] = STANDINGS[version.standing] ?? STANDINGS.candidate;
    const files = version.standing === "filing";
    const promote = files
      ? null
      : this.button("promote", "seal", this.busy === version.ref ? _("At the gate…") : _("Promote…"), () =>
          this.promote(version.ref),
        );
    if (promote && this.busy) setAttribute(promote, "aria-disabled", "true");
    return h(
      "li",
      { class: "wbu-version", "data-standing": version.standing, "data-ref": version.ref },
      h("span", { class: "wbu-standing" }, icon(shape), word),
      h(
        "div",
        { class: "wbu-what" },
        h("p", {}, h("code", { title: version.ref }, shortenRef(version.ref)), " ", version.note),
        h(
          "p",
          { class: "wbm-hint" },
          [
            version.author,
            version.date && formatDate(version.date.slice(0, 10)),
            version.shipped && _("shipped with the workbench"),
            version.parent && _("from {version}", { version: shortenRef(version.parent) }),
          ]
            .filter(Boolean)
            .join(" · "),
        ),
      ),
      h(
        "div",
        { class: "wbu-acts" },
        this.button("open", "pen", _("Open"), () => this.openIt(version)),
        files || !filing
          ? null
          : this.button("redline", "lens", _("Redline"), () => this.compare(filing.ref, version.ref)),
        promote,
      ),
    );
  }

  button(act, shape, words, press) {
    const button = h(
      "button",
      {
        type: "button",
        class: "wbm-button",
        "data-act": act,
        onclick: () => button.getAttribute("aria-disabled") !== "true" && press(),
      },
      icon(shape),
      words,
    );
    return button;
  }

  openIt(version) {
    const edited = this.state.parts[version.part].edited;
    if (!edited) return this.open(version.ref, version.part);
    return this.askWhy(
      _("The edit in the editor is not saved. Open {version} in its place?", { version: shortenRef(version.ref) }),
      _("Open, and drop the edit"),
      null,
      () => {
        this.closeForm();
        this.open(version.ref, version.part);
      },
    );
  }

  promote(ref, override = null) {
    this.busy = ref;
    this.say(
      "again",
      "info",
      _(
        "At the gate: the candidate and the filing version are drafted and compared on the firm's golden cases. This takes as long as those drafts take.",
      ),
    );
    this.draw(this.state);
    this.ask({ type: "promote", ref, ...(override !== null && { override }) }, (answer) => {
      this.busy = null;
      if (answer.type === "failure") this.say("cross", "error", answer.message);
      else this.told(answer, override);
      this.draw(this.state);
    });
  }

  told(verdict, override) {
    const files = verdict.promoted;
    const [shape, words, severity] = DECISION_SIGNS[verdict.decision] ?? DECISION_SIGNS.undecided;
    const [low, high] = verdict.interval ?? [];
    const figures = [
      ngettext("{count} paired draft", "{count} paired drafts", verdict.pairs),
      verdict.difference !== null && _("mean difference {difference}", { difference: verdict.difference.toFixed(3) }),
      verdict.interval && _("interval {low} to {high}", { low: low?.toFixed(3), high: high?.toFixed(3) }),
      verdict.p_value !== null && `p ${verdict.p_value.toFixed(4)}`,
      verdict.new_errors ? ngettext("{count} new error", "{count} new errors", verdict.new_errors) : null,
    ]
      .filter(Boolean)
      .join(" · ");
    const head =
      override !== null
        ? _("Promoted over the gate: {version} files from now on", { version: shortenRef(verdict.ref) })
        : files
          ? _("Promoted: {version} files from now on", { version: shortenRef(verdict.ref) })
          : words;
    this.say(
      files ? "seal" : shape,
      files ? "info" : severity,
      h("b", {}, head),
      h("br"),
      verdict.reason,
      h("br"),
      h("small", {}, figures),
    );
    if (files) this.closeForm();
    else
      this.askWhy(
        _("{version} has not passed. It can file all the same, for a reason that is recorded with your name.", {
          version: shortenRef(verdict.ref),
        }),
        _("Promote over the gate"),
        _("Reason"),
        (reason) => this.promote(verdict.ref, reason),
      );
  }

  /** Draws the progress of the promotion gate. */
  progress({ ref, done, total }) {
    if (this.busy === ref)
      this.say(
        "again",
        "info",
        ngettext(
          "At the gate: {done} of {count} draft on the firm’s golden cases.",
          "At the gate: {done} of {count} drafts on the firm’s golden cases.",
          total,
          { done },
        ),
      );
  }

  rollBack(part, reason) {
    this.ask({ type: "rollback", part, reason }, (answer) => {
      if (answer.type === "failure") return this.say("cross", "error", answer.message);
      this.closeForm();
      return this.say("back", "info", _("Rolled back: {version} files again.", { version: shortenRef(answer.ref) }));
    });
  }

  /** Asks for confirmation; `label` names the reason to be given, null where none is needed. */
  askWhy(question, go, label, act) {
    const reason = label
      ? h("input", {
          type: "text",
          class: "wbu-input",
          "aria-label": label,
          placeholder: label,
          maxlength: "1000",
          required: true,
        })
      : null;
    const submit = h("button", { type: "submit", class: "wbm-button wbm-go" }, go);
    const opener = document.activeElement;
    const form = h(
      "form",
      { class: "wbu-ask", "aria-label": question },
      h("p", {}, question),
      h(
        "div",
        { class: "wbu-row" },
        reason,
        submit,
        h("button", { type: "button", class: "wbm-button", onclick: () => this.closeForm(opener) }, _("Back")),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!reason || reason.value.trim()) act(reason?.value.trim() ?? "");
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.closeForm(opener);
    });
    this.formBox.replaceChildren(form);
    (reason ?? submit).focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest" });
  }

  closeForm(opener = null) {
    this.formBox.replaceChildren();
    if (opener?.isConnected) opener.focus();
  }

  say(shape, severity, ...words) {
    this.said.hidden = false;
    setAttribute(this.said, "data-severity", severity);
    this.said.replaceChildren(icon(shape), h("span", {}, words));
  }
}

function refOf(node) {
  return node.closest("[data-ref]")?.dataset.ref;
}
