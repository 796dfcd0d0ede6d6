// Texts whose editor was removed before they were saved, as when a cell is run again. In the page's memory only: they are a
// client's, and a browser's storage is not encrypted.

const PLACE = Symbol.for("workbench.unsavedTexts");

// Each monitor of a page has a module of its own; the page is what they share.
const sharedPage = /** @type {any} */ (globalThis);
sharedPage[PLACE] ??= new Map();

/** @type {Map<string, { section_id: string, thread_id: string, text: string, base: string }>} by run and section */
const unsavedTexts = sharedPage[PLACE];

/** @type {(thread_id: string, section_id: string) => string} */
const keyOf = (thread_id, section_id) => `${thread_id}\n${section_id}`;

/** @param {{ section_id: string, thread_id: string, text: string, base: string }} unsaved */
export function keepUnsaved(unsaved) {
  unsavedTexts.set(keyOf(unsaved.thread_id, unsaved.section_id), unsaved);
}

/**
 * Returns the unsaved text of a section, once.
 *
 * @param {string} thread_id
 * @param {string} section_id
 */
export function takeUnsaved(thread_id, section_id) {
  const found = unsavedTexts.get(keyOf(thread_id, section_id));
  unsavedTexts.delete(keyOf(thread_id, section_id));
  return found;
}

/**
 * Returns the id of a section of a run that has an unsaved text.
 *
 * @param {string} thread_id
 */
export function findUnsaved(thread_id) {
  return [...unsavedTexts.values()].find((unsaved) => unsaved.thread_id === thread_id)?.section_id ?? null;
}
