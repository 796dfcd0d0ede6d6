// The attorney's commands on one section: its toolbar, and the forms that some commands need.

import { _, ngettext } from "./catalogue.js";
import { h, icon, setAttribute, enableArrowKeys, setText } from "./dom.js";
import { SEVERITY_LABELS } from "./formatting.js";
import { DECISIONS, errorFindings, reasonAgainst } from "./command_rules.js";

const NOTE_LENGTH = 10_000; // characters; the kernel refuses more
const DECIDED_AFTER = 5000; // milliseconds until the section says that the kernel has not answered

/** Commands without an answer yet. Each answer is passed to the section that sent the command. */
/** What is read out when a command is stored. @type {Record<string, string>} */
const OUTCOMES = {
  approve: _("approved"),
  withdraw: _("approval withdrawn"),
  reject: _("rejected, to be drafted again"),
  edit: _("saved"),
  regenerate: _("to be drafted again"),
  lock: _("locked"),
  unlock: _("unlocked"),
};

export class PendingCommands {
  constructor({ send, heard }) {
    this.send = send;
    this.heard = heard;
    this.asked = new Map();
  }

  ask(asker, message) {
    const request = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    const late = setTimeout(() => asker.late(), DECIDED_AFTER);
    this.asked.set(request, { asker, late });
    this.send({ type: "decide", request, ...message });
  }

  receive({ type, request, message, needs }) {
    const found = this.asked.get(request);
    if (!found) return;
    this.asked.delete(request);
    clearTimeout(found.late);
    if (type === "accepted") found.asker.accepted();
    else found.asker.refused(message, needs);
  }

  stop() {
    for (const { late } of this.asked.values()) clearTimeout(late);
  }
}

/** One section's toolbar and forms. Text in a form survives every redraw and every refusal. */
export class SectionCommands {
  constructor({ section, pending, editor }) {
    this.section = section;
    this.pending = pending;
    this.editor = editor; // of all sections
    this.state = null;
    this.open = null;
    this.waiting = null;
    this.buttons = new Map(Object.keys(DECISIONS).map((action) => [action, this.button(action)]));
    this.toolbar = h(
      "div",
      {
        class: "wbm-commands",
        role: "toolbar",
        "aria-orientation": "vertical",
        "aria-label": _("Commands: {section}", { section: section.title }),
      },
      [...this.buttons.values()],
    );
    this.node = h("div", { class: "wbm-track" }, this.toolbar);
    this.said = h("p", { class: "wbm-said", hidden: true });
    this.forms = {
      approve: this.noteForm("approve"),
      reject: this.noteForm("reject"),
      regenerate: this.noteForm("regenerate"),
      name: this.noteForm("name"),
    };
    this.panel = h(
      "div",
      { class: "wbm-panel" },
      Object.values(this.forms).map((form) => form.node),
      this.said,
    );
    enableArrowKeys(this.toolbar, "button");
  }

  button(action) {
    const [word, shape] = DECISIONS[action];
    return h(
      "button",
      {
        type: "button",
        class: "wbm-command",
        "data-action": action,
        "aria-label": word,
        tabindex: action === "approve" ? "0" : "-1",
        onclick: () => this.press(action),
      },
      icon(shape),
      h("span", { "aria-hidden": "true" }, word),
    );
  }

  noteForm(action) {
    const words = {
      approve: [
        _("Reason"),
        _("Approve with findings"),
        _("Why the open findings do not stand in the way; kept with your approval."),
      ],
      reject: [_("Reason"), _("Reject and redraft"), _("What is wrong, and what the next draft is to heed.")],
      regenerate: [_("Instruction"), _("Regenerate"), _("What the next draft is to do differently; may stay empty.")],
      name: [_("Your name"), _("Keep and approve"), _("As approvals and the audit record carry it.")],
    }[action];
    const form = { needs: action !== "regenerate" };
    form.about = h("p", { class: "wbm-form-about" });
    form.field = h("textarea", {
      class: "wbm-field",
      rows: "3",
      maxlength: String(NOTE_LENGTH),
      "aria-label": words[0],
      placeholder: words[2],
      oninput: () => this.drawForm(action),
    });
    form.submit = h(
      "button",
      { type: "button", class: "wbm-button wbm-go", onclick: () => this.submit(action) },
      words[1],
    );
    form.node = h(
      "div",
      { class: "wbm-form", role: "group", "aria-label": words[1], hidden: true },
      form.about,
      h("span", { class: "wbm-field-name", "aria-hidden": "true" }, words[0]),
      form.field,
      h(
        "div",
        { class: "wbm-row" },
        form.submit,
        h("button", { type: "button", class: "wbm-button", onclick: () => this.close() }, _("Back")),
        h("span", { class: "wbm-hint wbm-keys" }, _("Ctrl+Enter sends, Escape goes back")),
      ),
    );
    form.node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.submit(action);
      else if (event.key === "Escape") this.close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return form;
  }

  draw(section, state) {
    this.section = section;
    this.state = state;
    const focused = document.activeElement;
    for (const [action, button] of this.buttons) {
      const why = reasonAgainst(action, section, state);
      setAttribute(button, "aria-disabled", String(Boolean(why)));
      setAttribute(button, "title", why ?? DECISIONS[action][2]);
      if (action !== "lock" && action !== "unlock") setAttribute(button, "aria-expanded", String(this.open === action));
    }
    const [shown, gone] = section.locked ? ["unlock", "lock"] : ["lock", "unlock"];
    const moved = focused === this.buttons.get(gone);
    this.buttons.get(shown).hidden = false;
    if (moved) this.buttons.get(shown).focus();
    this.buttons.get(gone).hidden = true;
    this.buttons.get("withdraw").hidden = section.status !== "approved";
    this.buttons.get("withdraw").removeAttribute("aria-expanded");
    this.buttons.get("approve").removeAttribute("aria-expanded");
    if (errorFindings(section).length)
      setAttribute(this.buttons.get("approve"), "aria-expanded", String(this.open === "approve"));
    this.toolbar.toggleAttribute("data-open", this.open !== null); // hides the labels, which would cover the form
    if (this.open === "edit") this.editor.draw(section, reasonAgainst("edit", section, state));
    else if (this.open) this.drawForm(this.open);
  }

  drawForm(action) {
    const form = this.forms[action];
    const open = errorFindings(this.section).length;
    setText(
      form.about,
      {
        approve: ngettext(
          "{count} error of the checks is still open. Approving over it is recorded with your name and reason.",
          "{count} errors of the checks are still open. Approving over them is recorded with your name and reason.",
          open,
        ),
        reject: _(
          "The section is drafted again, and your reason goes to the writer. The present text stays in the history.",
        ),
        regenerate: _("The section is drafted again. The present text stays in the history."),
        name: _("An approval carries your name. It is asked once and kept on this machine."),
      }[action],
    );
    const why =
      reasonAgainst(action, this.section, this.state) ??
      (form.needs && !form.field.value.trim()
        ? action === "name"
          ? _("Write your name first.")
          : _("Give a reason first.")
        : null);
    setAttribute(form.submit, "aria-disabled", String(Boolean(why || this.waiting)));
    setAttribute(form.submit, "aria-busy", String(this.waiting === action));
    setAttribute(form.submit, "title", why ?? "");
  }

  press(action) {
    const why = reasonAgainst(action, this.section, this.state);
    if (this.waiting) return;
    if (why) {
      this.say(why, "info");
      return;
    }
    const asks =
      action === "reject" ||
      action === "regenerate" ||
      action === "edit" ||
      (action === "approve" && errorFindings(this.section).length > 0);
    if (action === "edit" && this.open === action) this.editor.comeForward();
    else if (asks && this.open === action) this.close();
    else if (asks) this.show(action);
    else this.ask(action, {});
  }

  /** Opens a form and closes the open one, which keeps its text. */
  show(action) {
    if (this.open === "edit" && !this.editor.leave()) return;
    if (action === "edit" && !this.editor.begin(this.section, this.state.thread_id, this.editing())) return;
    this.hide();
    this.say(null);
    this.open = action;
    if (action !== "edit") {
      this.forms[action].node.hidden = false;
      this.forms[action].field.focus();
    }
    this.draw(this.section, this.state);
  }

  /** Returns what the editor needs of the section that it edits. */
  editing() {
    return {
      save: (written, base) => this.ask("edit", { text: written, base_text: base }),
      close: () => this.close(),
    };
  }

  hide() {
    for (const form of Object.values(this.forms)) form.node.hidden = true;
    if (this.open === "edit") this.editor.end();
    this.open = null;
  }

  close() {
    const from = this.open;
    this.hide();
    this.say(null);
    this.draw(this.section, this.state);
    if (from) this.buttons.get(from === "name" ? this.sent.action : from).focus({ preventScroll: true });
  }

  submit(action) {
    const form = this.forms[action];
    if (form.submit.getAttribute("aria-disabled") === "true") {
      if (form.submit.title) this.say(form.submit.title, "warning");
      return;
    }
    const note = form.field.value.trim();
    if (action === "name") this.ask(this.sent.action, { ...this.sent.what, user_id: note });
    else this.ask(action, note ? { note } : {});
  }

  ask(action, what) {
    if (this.waiting) return;
    this.waiting = action;
    this.sent = { action, what };
    this.say(null);
    setAttribute(this.buttons.get(action), "aria-busy", "true");
    if (this.open === "edit") this.editor.wait(action);
    // An approval binds to the text that the attorney has read: the kernel refuses it for another.
    const binds = action === "approve" || action === "reject";
    this.pending.ask(this, {
      section_id: this.section.section_id,
      action,
      ...(binds && { base_text: this.section.content }),
      ...what,
    });
    this.draw(this.section, this.state);
  }

  settle() {
    const action = this.waiting;
    this.waiting = null;
    this.buttons.get(action).removeAttribute("aria-busy");
    if (this.open === "edit") this.editor.wait(null);
    return action;
  }

  accepted() {
    const action = this.settle();
    this.say(null);
    if (this.forms[action]) this.forms[action].field.value = "";
    this.pending.heard(`${this.section.title}: ${OUTCOMES[action]}`);
    if (action === "edit" && this.open === action && !this.editor.saved()) return;
    if (this.open === action || this.open === "name") this.close();
    else this.draw(this.section, this.state);
  }

  refused(message, needs) {
    this.settle();
    if (needs === "user_id" && this.open !== "name") {
      this.show("name");
      return;
    }
    this.say(message, "error");
    this.draw(this.section, this.state);
  }

  late() {
    this.say(_("The kernel has not answered yet: it answers when the running cell is done."), "warning");
  }

  say(words, severity = "info") {
    if (this.open === "edit") this.editor.say(words, severity);
    this.said.hidden = !words;
    setAttribute(this.said, "data-severity", severity);
    this.said.replaceChildren(...(words ? [icon(SEVERITY_LABELS[severity][0]), h("span", {}, words)] : []));
    if (words) this.pending.heard(words);
  }

  /** Selects a finding in the editor; returns false where the editor is not open. */
  revealed(finding) {
    if (this.open !== "edit") return false;
    this.editor.select(finding);
    return true;
  }
}
