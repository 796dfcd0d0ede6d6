// Words of the views in the user's language. English is the source: each message is its own key in the catalogue.

/** Null for English. workbench/web/js_bundle.py writes the catalogue of another language in its place. */
const CATALOGUE = /** @type {Catalogue | null} */ (null);

/** Returns the language's code for dates and numbers, else a kind of English. @type {(english: string) => string} */
export const localeOr = (english) => CATALOGUE?.language ?? english;

/**
 * Puts values into a message's places, such as `{name}`.
 *
 * @param {string} message
 * @param {Record<string, unknown>} values
 */
const fillPlaces = (message, values) =>
  message.replace(/\{(\w+)\}/g, (place, name) => (Object.hasOwn(values, name) ? String(values[name]) : place));

/**
 * Translates a message; the call's own text is what is extracted, so it must be a literal.
 *
 * @param {string} message in English
 * @param {Record<string, unknown>} values by place
 */
export function _(message, values = {}) {
  const found = CATALOGUE?.messages[message];
  const text = Array.isArray(found) ? found[CATALOGUE?.plural(1) ?? 0] : found;
  return fillPlaces(text ?? message, values);
}

/**
 * Translates a message that depends on a number, in the plural form of the language.
 *
 * @param {string} one in English
 * @param {string} many
 * @param {number} count what `{count}` stands for
 * @param {Record<string, unknown>} values by place
 */
export function ngettext(one, many, count, values = {}) {
  const found = CATALOGUE?.messages[one];
  const form = Array.isArray(found) ? found[CATALOGUE?.plural(count) ?? 0] : count === 1 ? one : many;
  return fillPlaces(form, { count: new Intl.NumberFormat(localeOr("en-US")).format(count), ...values });
}
