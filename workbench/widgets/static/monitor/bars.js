// Bars: one row a section, a name, a line whose length says how much, and the figure itself.

import { h, keep, put, write } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";

/** A line from one percentage of the width to another; of no length, it is a dot. */
export function lineFrom(track) {
  const line = document.createElementNS(SVG, "line");
  for (const name of ["y1", "y2"]) line.setAttribute(name, "50%");
  line.setAttribute("class", "wbv-line");
  track.append(line);
  return line;
}

export function track() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "wbv-track");
  svg.setAttribute("aria-hidden", "true");
  return svg;
}

/** A list of rows that stay as long as their section does. */
export class Bars {
  constructor(label) {
    this.rows = new Map();
    this.node = h("ol", { class: "wbv-bars", "aria-label": label });
  }

  /** values: [{ id, name, from, to, figure, status? }], from and to in percent; null where there is nothing to draw. */
  draw(values) {
    keep(
      this.rows,
      this.node,
      values,
      (value) => value.id,
      () => {
        const parts = {
          name: h("span", { class: "wbv-name" }),
          figure: h("span", { class: "wbv-figure" }),
          svg: track(),
        };
        return {
          node: h("li", { class: "wbv-row" }, parts.name, parts.svg, parts.figure),
          line: lineFrom(parts.svg),
          ...parts,
        };
      },
    );
    for (const value of values) {
      const row = this.rows.get(value.id);
      write(row.name, value.name);
      write(row.figure, value.figure);
      put(row.node, "data-status", value.status ?? "");
      row.line.toggleAttribute("hidden", value.from === null);
      put(row.line, "visibility", value.from === null ? "hidden" : "visible");
      put(row.line, "x1", `${(value.from ?? 0).toFixed(2)}%`);
      put(row.line, "x2", `${(value.to ?? 0).toFixed(2)}%`);
    }
  }
}
