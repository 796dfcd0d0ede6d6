// Citations that an editor picks: exhibits and pages for what is typed, and the words to insert. Pure.

import { _, ngettext } from "./catalogue.js";
import { GROUP } from "./draft.js";

/** Spells a text so that capitals and accents make no difference. @type {(text: string) => string} */
const spell = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const PAGES = /^\d+(?:\s*[-–]\s*\d+)?(?:\s*,\s*\d+(?:\s*[-–]\s*\d+)?)*$/;
const WITH_PAGES = /^(.*?)\s*,\s*(?:pp?\.|pages?)?\s*([\d\s,–-]*)\]?\s*$/;

/**
 * Returns the exhibits that a query names by number, title or id; those with that number first.
 *
 * @param {Exhibit[]} exhibits
 * @param {string} query
 */
export function findExhibits(exhibits, query) {
  const words = spell(query.replace(/^@/, "")).split(/\s+/).filter(Boolean);
  const found = exhibits.filter(({ number, title, exhibit_id: id }) => {
    const text = spell(`${number} ${title} ${id}`);
    return words.every((word) => text.includes(word));
  });
  const rank = (/** @type {Exhibit} */ { number, exhibit_id: id }) =>
    words.length === 1 ? Number(String(number) !== words[0] && spell(id) !== words[0]) : 0;
  return found.sort((one, other) => rank(one) - rank(other));
}

/**
 * Divides "3, p. 5" into the exhibit's words and the pages; null where there is no comma.
 *
 * @param {string} query
 * @returns {{ words: string, pages: string } | null}
 */
export function splitQuery(query) {
  const found = WITH_PAGES.exec(query);
  return found && { words: found[1], pages: found[2].trim() };
}

/**
 * Returns the choices of pages for what is typed: its label, and the pages as a citation has them.
 *
 * @param {Exhibit} exhibit
 * @param {string} query
 * @returns {{ label: string, pages: string }[]}
 */
export function findPages(exhibit, query) {
  const typed = query.replace(/^\s*(?:pp?\.|pages?)/i, "").trim();
  if (!typed) {
    const whole = { label: _("The exhibit, without a page"), pages: "" };
    return [
      ...numbersTo(exhibit.pages).map((page) => ({ label: _("Page {page}", { page }), pages: `${page}` })),
      whole,
    ];
  }
  if (/^\d+$/.test(typed))
    return numbersTo(exhibit.pages)
      .filter((page) => String(page).startsWith(String(Number(typed))))
      .map((page) => ({ label: _("Page {page}", { page }), pages: `${page}` }));
  const numbers = (typed.match(/\d+/g) ?? []).map(Number);
  if (!PAGES.test(typed) || numbers.some((page) => page < 1 || page > exhibit.pages)) return [];
  const pages = typed.replace(/\s*[-–]\s*/g, "-").replace(/\s*,\s*/g, ", ");
  return [{ label: _("Pages {pages}", { pages: pages.replaceAll("-", "–") }), pages }];
}

/** @param {number} last */
const numbersTo = (last) => Array.from({ length: last }, (each, index) => index + 1);

/**
 * Says what a person must know before an exhibit is cited; empty where it can be read.
 *
 * @param {Exhibit} exhibit
 */
export function describeReadability({ pages, has_text: hasText, recognized, filed }) {
  const said = [];
  if (!pages) said.push(_("missing"));
  else if (!hasText) said.push(_("no text layer"));
  else if (recognized) said.push(_("recognized text"));
  if (filed === false) said.push(_("not filed"));
  return said.join(", ");
}

/** @param {Exhibit} exhibit */
export const describePages = ({ pages }) => (pages ? ngettext("{count} page", "{count} pages", pages) : _("no pages"));

/**
 * Writes one exhibit's part of a citation, as workbench/case/citation.py does.
 *
 * @param {Exhibit} exhibit
 * @param {string} pages
 */
export function writeMember({ exhibit_id: id }, pages) {
  return pages ? `@${id}, ${/^\d+$/.test(pages) ? "p." : "pp."} ${pages}` : `@${id}`;
}

/**
 * Returns where a citation goes in a text, and in which words: within a citation, one more exhibit of it.
 *
 * @param {string} text
 * @param {number} from
 * @param {number} to what is between the two is replaced
 * @param {string} member
 * @returns {{ from: number, to: number, words: string }}
 */
export function placeCitation(text, from, to, member) {
  const rest = text.slice(0, from) + text.slice(to);
  for (const found of rest.matchAll(GROUP)) {
    const end = found.index + found[0].length - 1;
    if (from > found.index && from <= end)
      return { from, to: to + end - from, words: `${rest.slice(from, end)}; ${member}` };
  }
  const gap = from > 0 && !/[\s([“"‘]/.test(text[from - 1]) ? " " : "";
  return { from, to, words: `${gap}[${member}]` };
}
