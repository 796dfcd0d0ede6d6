// A bar chart as a list: a row for each section with its name, a line, and the figure.

import { h, syncItems, setAttribute, setText } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * Adds a line to a track. A line of no length shows as a dot, by its round caps.
 *
 * @param {SVGSVGElement} svg
 */
export function addLine(svg) {
  const line = document.createElementNS(SVG, "line");
  for (const name of ["y1", "y2"]) line.setAttribute(name, "50%");
  line.setAttribute("class", "wbv-line");
  svg.append(line);
  return line;
}

/** Makes the area that a row's line is drawn in. */
export function makeTrack() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "wbv-track");
  svg.setAttribute("aria-hidden", "true");
  return svg;
}

/** A bar chart; a row stays as long as its section does. */
export class BarChart {
  /** @param {string} label */
  constructor(label) {
    /** @type {Map<string, { node: Element, name: Element, figure: Element, line: SVGLineElement }>} */
    this.rows = new Map();
    this.node = h("ol", { class: "wbv-bars", "aria-label": label });
  }

  /**
   * Draws the rows; `from` and `to` are in percent, null where there is nothing to draw.
   *
   * @param {{ id: string, name: string, from: number | null, to: number | null, figure: string, status?: string }[]} values
   */
  draw(values) {
    syncItems(
      this.rows,
      this.node,
      values,
      (value) => value.id,
      () => {
        const parts = {
          name: h("span", { class: "wbv-name" }),
          figure: h("span", { class: "wbv-figure" }),
          svg: makeTrack(),
        };
        return {
          node: h("li", { class: "wbv-row" }, parts.name, parts.svg, parts.figure),
          line: addLine(parts.svg),
          ...parts,
        };
      },
    );
    for (const value of values) {
      const row = this.rows.get(value.id);
      if (!row) continue;
      setText(row.name, value.name);
      setText(row.figure, value.figure);
      setAttribute(row.node, "data-status", value.status ?? "");
      row.line.toggleAttribute("hidden", value.from === null);
      setAttribute(row.line, "visibility", value.from === null ? "hidden" : "visible");
      setAttribute(row.line, "x1", `${(value.from ?? 0).toFixed(2)}%`);
      setAttribute(row.line, "x2", `${(value.to ?? 0).toFixed(2)}%`);
    }
  }
}
