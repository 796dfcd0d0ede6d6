// Bytes as addresses and as files of the browser.

import { h } from "./dom.js";

/**
 * Returns bytes as a `data:` address; the pages' policies allow no other picture.
 *
 * @param {Blob} blob
 * @returns {Promise<string>}
 */
export function dataAddress(blob) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(blob);
  });
}

/**
 * Has the browser save a file.
 *
 * @param {Blob} blob
 * @param {string} name
 */
export function saveFile(blob, name) {
  const address = URL.createObjectURL(blob);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
