// Elements made from text. Text of a case, a model or an exhibit is never parsed as markup.

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Spells out control characters of untrusted text, those that turn the direction of writing among them.
 *
 * @param {unknown} text
 */
export function showControlCharacters(text) {
  return String(text ?? "").replace(
    UNSEEN,
    (sign) => `⟦U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟧`,
  );
}

/**
 * Makes an element: `on…` attributes are listeners, null, undefined and false are left out, strings become text.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} attributes
 * @param {...any} children nodes, text, and arrays of both
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : showControlCharacters(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : showControlCharacters(child));
  }
  return node;
}

/**
 * Sets an element's text where it differs: an unchanged live region is not read out again.
 *
 * @param {Element} node
 * @param {unknown} text
 */
export function setText(node, text) {
  const shown = showControlCharacters(text);
  if (node.textContent !== shown) node.textContent = shown;
}

/**
 * Sets an attribute where it differs.
 *
 * @param {Element} node
 * @param {string} name
 * @param {string} value
 */
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** @type {Record<string, string[]>} Paths of each icon, in a square of 16. */
const SHAPES = {
  waiting: ["M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6"],
  pen: ["M2.5 13.5l.8-3.2 7.6-7.6a1.3 1.3 0 0 1 1.9 0l.5.5a1.3 1.3 0 0 1 0 1.9l-7.6 7.6z", "M9.6 4l2.4 2.4"],
  lens: ["M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9", "M10.3 10.3l3.4 3.4"],
  again: ["M13.2 8a5.2 5.2 0 1 1-1.6-3.8", "M13.4 1.8v3h-3"],
  eye: [
    "M1.4 8s2.5-4.4 6.6-4.4S14.6 8 14.6 8s-2.5 4.4-6.6 4.4S1.4 8 1.4 8z",
    "M8 6.2a1.8 1.8 0 1 0 0 3.6a1.8 1.8 0 1 0 0-3.6",
  ],
  seal: [
    "M8 1.6a4.6 4.6 0 1 0 0 9.2a4.6 4.6 0 1 0 0-9.2",
    "M5.9 6.3l1.5 1.5 2.7-2.9",
    "M5.4 10.2l-.9 4.2L8 12.6l3.5 1.8-.9-4.2",
  ],
  check: ["M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6", "M5.4 8.2l1.9 1.9 3.4-3.9"],
  cross: ["M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6", "M5.9 5.9l4.2 4.2", "M10.1 5.9l-4.2 4.2"],
  pause: ["M5.5 3.5v9", "M10.5 3.5v9"],
  play: ["M5 3l7.5 5L5 13z"],
  stop: ["M4.2 4.2h7.6v7.6H4.2z"],
  warn: ["M8 2.2l6.2 11.2H1.8z", "M8 6.4v3.4", "M8 11.5v.2"],
  info: ["M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6", "M8 7.4v3.6", "M8 5v.2"],
  page: ["M3.6 1.8h5.6l3.2 3.2v9.2H3.6z", "M9 2v3.2h3.2", "M5.8 8h4.4", "M5.8 10.6h4.4"],
  plus: ["M8 3.2v9.6", "M3.2 8h9.6"],
  left: ["M9.8 3.6L5.4 8l4.4 4.4"],
  right: ["M6.2 3.6L10.6 8l-4.4 4.4"],
  follow: ["M8 2.4v10.4", "M4 9l4 4 4-4"],
  close: ["M4 4l8 8", "M12 4l-8 8"],
  back: ["M6.2 3.2L2.8 6.6l3.4 3.4", "M3 6.6h6.4a3.6 3.6 0 0 1 0 7.2H7"],
  lock: ["M4 7.2h8v6.4H4z", "M5.6 7.2V5a2.4 2.4 0 0 1 4.8 0v2.2"],
  unlock: ["M4 7.2h8v6.4H4z", "M5.6 7.2V4.6a2.4 2.4 0 0 1 4.6-.9"],
  fork: ["M4.5 2.2v11.6", "M4.5 9.5c0-3 7-2 7-5.8", "M9.4 5.4l2.1-2.2 2.1 2.2"],
  dot: ["M8 7.9v.2"],
  live: [
    "M8 6.4a1.6 1.6 0 1 0 0 3.2a1.6 1.6 0 1 0 0-3.2",
    "M4.6 11.4a4.8 4.8 0 0 1 0-6.8",
    "M11.4 4.6a4.8 4.8 0 0 1 0 6.8",
  ],
  share: ["M8 9.6V2.2", "M5.2 4.8L8 2l2.8 2.8", "M3.4 7.4v6h9.2v-6"],
  down: ["M8 2.2v7.4", "M5.2 7L8 9.8 10.8 7", "M3 10.6v3h10v-3"],
  note: ["M2.6 3h10.8v7.6H8.2l-3 2.8v-2.8H2.6z"],
  copy: ["M5.5 5.5h8v8h-8z", "M3.5 10.5h-1v-8h8v1"],
};

/** @param {string} name a key of SHAPES */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "wbm-icon");
  svg.setAttribute("aria-hidden", "true");
  for (const shape of SHAPES[name]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", shape);
    svg.append(path);
  }
  return svg;
}

/**
 * Looks up what a key does; undefined for any other key.
 *
 * @template Step
 * @param {string} key
 * @param {Record<string, Step>} steps
 * @returns {Step | undefined}
 */
export function stepOf(key, steps) {
  return Object.hasOwn(steps, key) ? steps[key] : undefined;
}

/**
 * Lets arrow keys, Home and End move through a list that takes Tab once.
 *
 * @param {HTMLElement} list
 * @param {string} selector of its items
 */
export function enableArrowKeys(list, selector) {
  list.addEventListener("keydown", (event) => {
    const all = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(selector)]);
    const items = all.filter((item) => !item.hidden);
    const here = items.indexOf(/** @type {HTMLElement} */ (event.target));
    const goal = stepOf(event.key, { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 });
    if (here < 0 || goal === undefined) return;
    event.preventDefault();
    items[Math.max(0, Math.min(items.length - 1, goal))].focus();
  });
  list.addEventListener("focusin", (event) => {
    for (const item of /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll(selector)))
      item.tabIndex = item === event.target ? 0 : -1;
  });
}

/**
 * Keeps one item for each value, in the values' order: items that stay are not made again.
 *
 * @template Value
 * @template {{ node: Element }} Item
 * @param {Map<string, Item>} items by id
 * @param {Element} list
 * @param {Value[]} values
 * @param {(value: Value) => string} idOf
 * @param {(value: Value) => Item} make
 */
export function syncItems(items, list, values, idOf, make) {
  const ids = new Set(values.map(idOf));
  for (const [id, item] of items) {
    if (ids.has(id)) continue;
    item.node.remove();
    items.delete(id);
  }
  values.forEach((value, index) => {
    const id = idOf(value);
    if (!items.has(id)) items.set(id, make(value));
    const { node } = /** @type {Item} */ (items.get(id));
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

/**
 * Gives one button of a list the Tab stop.
 *
 * @param {HTMLElement} list
 */
export function setTabStop(list) {
  const items = [...list.querySelectorAll("button")];
  const chosen = items.find((item) => item.getAttribute("tabindex") === "0") ?? items[0];
  for (const item of items) setAttribute(item, "tabindex", item === chosen ? "0" : "-1");
}

/**
 * Keeps plain keys in a view from Jupyter; keys with Ctrl, Alt or Cmd stay Jupyter's, in fields only Ctrl+S does.
 *
 * Jupyter's shortcuts (Lumino) are handled in the capture phase of the document, except for nodes with the attribute.
 * @param {Element} root
 * @param {string} fields  Selector of the nodes that take text.
 * @param {AbortSignal} signal
 */
export function suppressShortcuts(root, fields, signal) {
  window.addEventListener(
    "keydown",
    (event) => {
      if (!(event.target instanceof Element) || !root.contains(event.target)) return;
      const chord = event.ctrlKey || event.metaKey || event.altKey;
      const ours = event.target.matches(fields) && event.key.toLowerCase() !== "s";
      root.toggleAttribute("data-lm-suppress-shortcuts", !chord || ours);
    },
    { capture: true, signal },
  );
}
