// Between editor and drafts: versions, models, repeats; Run and Stop.

import { _, ngettext } from "../monitor/catalogue.js";
import { h, icon, setAttribute, setText } from "../monitor/dom.js";
import { describeProgress, describePrompt } from "./figures.js";

const MOST = 20;

export class RunControls {
  constructor({ run, stop }) {
    this.run = run;
    this.halt = stop;
    this.drawn = new Map(); // by element: key of what it shows
    this.chosen = { versions: null, models: null };
    this.versions = h("ul", { class: "wbu-choices" });
    this.models = h("ul", { class: "wbu-choices" });
    this.repeats = h("input", {
      type: "number",
      class: "wbu-input wbu-number",
      min: "1",
      max: String(MOST),
      value: "2",
      oninput: () => this.drawButton(),
    });
    this.go = h("button", { type: "button", class: "wbm-main wbu-run", onclick: () => this.press() });
    this.said = h("p", { class: "wbm-hint wbu-said", role: "status" });
    this.node = h(
      "section",
      { class: "wbu-bench", "aria-label": _("Run") },
      h("fieldset", { class: "wbu-set wbu-wide" }, h("legend", { class: "wbm-label" }, _("Prompts")), this.versions),
      h("fieldset", { class: "wbu-set" }, h("legend", { class: "wbm-label" }, _("Models")), this.models),
      h(
        "div",
        { class: "wbu-set wbu-last" },
        h("label", { class: "wbu-repeats" }, h("span", { class: "wbm-label" }, _("Repeats")), this.repeats),
        this.go,
      ),
      this.said,
    );
  }

  draw(state) {
    this.state = state;
    const edited = ["section", "system"].some((part) => state.parts[part].edited);
    const names = [
      ...(edited ? ["edit"] : []),
      ...state.versions
        .filter(
          ({ part, standing, ref }) =>
            (part === "section" || standing !== "filing") && (standing !== "retired" || this.chosen.versions?.has(ref)),
        )
        .map((version) => version.ref),
    ];
    const first = names.filter(
      (name) =>
        name === "edit" ||
        state.versions.some(
          (version) => version.ref === name && version.part === "section" && version.standing === "filing",
        ),
    );
    this.chosen.versions ??= new Set(first);
    if (edited && !this.edited) this.chosen.versions.add("edit");
    if (!edited && this.edited && this.chosen.versions.has("edit")) {
      // saved: the new version is chosen in place of the edit
      for (const part of ["section", "system"]) this.chosen.versions.add(state.parts[part].base);
    }
    this.edited = edited;
    for (const name of [...this.chosen.versions]) if (!names.includes(name)) this.chosen.versions.delete(name);
    this.chosen.models ??= new Set([state.reader]);
    this.choices(
      this.versions,
      "versions",
      names.map((name) => ({
        name,
        words:
          name === "edit"
            ? [_("Edit"), _("what stands in the editor, not saved")]
            : describePrompt(name, state.versions),
      })),
    );
    this.choices(
      this.models,
      "models",
      state.models.map((model) => ({
        name: model.name,
        words: [model.name, modelWords(model)],
        why: model.why_not,
        leaves: model.leaves,
      })),
    );
    this.drawButton();
  }

  choices(list, kind, rows) {
    const key = JSON.stringify([rows, [...this.chosen[kind]]]);
    if (this.drawn.get(list) === key) return;
    this.drawn.set(list, key);
    const focused = document.activeElement?.closest?.("li")?.dataset.name;
    list.replaceChildren(
      ...rows.map(({ name, words: [title, about], why, leaves }) => {
        const box = h("input", {
          type: "checkbox",
          checked: this.chosen[kind].has(name),
          disabled: Boolean(why),
          onchange: () => this.choose(kind, name, box.checked),
        });
        return h(
          "li",
          { "data-name": name },
          h(
            "label",
            { title: `${title}: ${why ?? about}` },
            box,
            h(
              "span",
              {},
              h("b", {}, title),
              " ",
              h("small", { class: leaves ? "wbu-leaves" : null }, leaves ? icon("share") : null, why ?? about),
            ),
          ),
        );
      }),
    );
    if (focused) list.querySelector(`li[data-name="${CSS.escape(focused)}"] input`)?.focus();
  }

  choose(kind, name, on) {
    if (on) this.chosen[kind].add(name);
    else this.chosen[kind].delete(name);
    this.drawButton();
  }

  get count() {
    const repeats = Number(this.repeats.value);
    return Number.isInteger(repeats) && repeats >= 1 && repeats <= MOST
      ? this.chosen.versions.size * this.chosen.models.size * repeats
      : 0;
  }

  drawButton() {
    const { running, parts } = this.state;
    const wrong =
      this.chosen.versions.has("edit") &&
      ["section", "system"].some((part) => parts[part].remarks.some((remark) => remark.severity === "error"));
    const why = wrong
      ? _("Mend the errors in the editor first, or run without the edit.")
      : !this.chosen.versions.size
        ? _("Choose a prompt.")
        : !this.chosen.models.size
          ? _("Choose a model.")
          : !this.count
            ? _("Repeats: a whole number from 1 to {most}.", { most: MOST })
            : null;
    this.why = why;
    const key = JSON.stringify([running, this.count]);
    if (this.drawn.get(this.go) !== key)
      this.go.replaceChildren(
        icon(running ? "stop" : "play"),
        running ? _("Stop") : this.count ? ngettext("Run {count} draft", "Run {count} drafts", this.count) : _("Run"),
      );
    this.drawn.set(this.go, key);
    this.go.classList.toggle("wbu-stop", running);
    setAttribute(this.go, "aria-disabled", String(!running && Boolean(why)));
    if (running) setText(this.said, describeProgress(this.state.drafts));
    else if (why) setText(this.said, why);
    else if (
      [...this.chosen.models].every((name) => this.state.models.find((model) => model.name === name)?.reads === false)
    )
      setText(this.said, _("The offline assembler does not read prompts: every version gives the same draft."));
    else setText(this.said, this.leaving());
  }

  leaving() {
    const away = this.state.models.filter((model) => model.leaves && this.chosen.models.has(model.name));
    return away.length
      ? _("Run sends the prompt, with the passages in it, to {places}.", {
          places: away.map((model) => model.label.replace(/^.* at /, "")).join(", "),
        })
      : "";
  }

  press() {
    if (this.state.running) this.halt();
    else if (this.go.getAttribute("aria-disabled") !== "true")
      this.run({
        versions: [...this.chosen.versions],
        models: [...this.chosen.models],
        repeats: Number(this.repeats.value),
      });
  }
}

function modelWords(model) {
  if (!model.reads) return _("from the facts alone; reads no prompt");
  return model.label === model.name ? "" : model.label.replace(`${model.name} `, "");
}
