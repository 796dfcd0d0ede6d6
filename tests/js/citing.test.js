import assert from "node:assert/strict";
import { test } from "node:test";

import {
  describeReadability,
  findExhibits,
  findPages,
  placeCitation,
  splitQuery,
  writeMember,
} from "../../workbench/web/static/monitor/citing.js";

const anExhibit = (number, exhibit_id, title, fields = {}) => ({
  number,
  exhibit_id,
  title,
  pages: 12,
  has_text: true,
  recognized: "",
  ...fields,
});
const EXHIBITS = [
  anExhibit(1, "wolf-prize", "Wolf Foundation: announcement of 1978"),
  anExhibit(2, "memoir", "Mémoire of the beneficiary"),
  anExhibit(3, "medal", "National Medal of Science, 12 recipients"),
  anExhibit(12, "letter-lee", "Letter of Dr. Lee"),
];
const ids = (query) => findExhibits(EXHIBITS, query).map((exhibit) => exhibit.exhibit_id);

test("exhibits are found by number, words of the title, or id", () => {
  assert.deepEqual(ids("12"), ["letter-lee", "medal"]); // the number first, then the title that has it
  assert.deepEqual(ids("MEMOIRE"), ["memoir"]);
  assert.deepEqual(ids("science medal"), ["medal"]);
  assert.deepEqual(ids("@wolf-prize"), ["wolf-prize"]);
  assert.deepEqual(ids("unknown"), []);
  assert.equal(ids("").length, EXHIBITS.length);
});

test("a comma divides the exhibit from its pages", () => {
  assert.deepEqual(splitQuery("3, 5"), { words: "3", pages: "5" });
  assert.deepEqual(splitQuery("wolf-prize, pp. 2-4]"), { words: "wolf-prize", pages: "2-4" });
  assert.equal(splitQuery("wolf"), null);
});

test("pages are offered as they are typed", () => {
  const pagesFor = (typed) => findPages(EXHIBITS[0], typed).map(({ pages }) => pages);
  assert.deepEqual(pagesFor("1"), ["1", "10", "11", "12"]);
  assert.deepEqual(pagesFor("pp. 2 – 4"), ["2-4"]);
  assert.deepEqual(pagesFor("2,5-6"), ["2, 5-6"]);
  for (const none of ["13", "0", "4-13", "x", "2-"]) assert.deepEqual(pagesFor(none), []);
  assert.equal(pagesFor("").length, 13);
  assert.equal(pagesFor("").at(-1), "");
});

test("a citation is written as the text has it", () => {
  assert.equal(writeMember(EXHIBITS[0], "3"), "@wolf-prize, p. 3");
  assert.equal(writeMember(EXHIBITS[0], "3-4"), "@wolf-prize, pp. 3-4");
  assert.equal(writeMember(EXHIBITS[0], ""), "@wolf-prize");
});

function inserted(marked, member) {
  const [from, to] = [marked.indexOf("|"), marked.lastIndexOf("|") - 1];
  const text = marked.replaceAll("|", "");
  const place = placeCitation(text, from, Math.max(from, to), member);
  return text.slice(0, place.from) + place.words + text.slice(place.to);
}

test("a citation has a space before it, and joins the citation it is put in", () => {
  assert.equal(inserted("Won it|.", "@a"), "Won it [@a].");
  assert.equal(inserted("Won it |.", "@a"), "Won it [@a].");
  assert.equal(inserted("|Won it.", "@a"), "[@a]Won it.");
  assert.equal(inserted("Won it |[@|.", "@a"), "Won it [@a].");
  assert.equal(inserted("It [@b, p. 1|].", "@a"), "It [@b, p. 1; @a].");
  assert.equal(inserted("It [@b|, p. 1].", "@a"), "It [@b, p. 1; @a].");
  assert.equal(inserted("It [@b, p. 1|[@|].", "@a"), "It [@b, p. 1; @a].");
  assert.equal(inserted("It [@b, p. 1]|.", "@a"), "It [@b, p. 1] [@a].");
});

test("an exhibit says that it is missing or cannot be read", () => {
  assert.equal(describeReadability(EXHIBITS[0]), "");
  assert.equal(describeReadability(anExhibit(1, "a", "A", { pages: 0, has_text: false })), "missing");
  assert.equal(
    describeReadability(anExhibit(1, "a", "A", { has_text: false, filed: false })),
    "no text layer, not filed",
  );
  assert.equal(describeReadability(anExhibit(1, "a", "A", { recognized: "pages 1-2" })), "recognized text");
});
