// Addresses of a server as a page can reach them. Pure.

export const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Returns a server's base address with one slash at its end and no query; null where it is no web address.
 *
 * @param {string} address absolute, or relative to the page
 * @param {string} page
 */
function parseBase(address, page) {
  try {
    const url = new URL(String(address).replace(/^ws(s?):/i, "http$1:"), page);
    if (url.protocol !== "http:" && url.protocol !== "https:") return null;
    return `${url.origin}${url.pathname.replace(/\/+$/, "")}/`;
  } catch {
    return null;
  }
}

/**
 * Returns the addresses under which a page may reach a server, the likeliest first.
 *
 * A server on the loopback of its own machine is reached directly from a page of that machine. From any other page it is
 * behind the Jupyter server that the page came from (jupyter-server-proxy), or at its port on the page's own host;
 * the loopback itself would be the viewer's machine there, and the token is nothing for whoever listens at it.
 *
 * @param {string[]} named addresses as the host knows them, absolute or relative to the page
 * @param {string} page location.href
 * @param {string | null} jupyter base path of the Jupyter server that the page came from
 * @returns {string[]}
 */
export function serverAddresses(named, page, jupyter = null) {
  const here = new URL(page);
  /** @type {(string | null)[]} */
  const found = [];
  for (const base of named.map((address) => parseBase(address, page))) {
    if (base === null) continue;
    const server = new URL(base);
    const fromAfar = LOOPBACK.test(server.hostname) && !LOOPBACK.test(here.hostname);
    if (!fromAfar) found.push(base);
    if (
      server.origin === here.origin ||
      !LOOPBACK.test(server.hostname) ||
      !server.port ||
      !here.protocol.startsWith("http")
    )
      continue;
    if (jupyter !== null)
      found.push(parseBase(`${jupyter.replace(/\/*$/, "/")}proxy/${server.port}${server.pathname}`, here.origin));
    if (fromAfar) found.push(`${here.protocol}//${here.hostname}:${server.port}${server.pathname}`);
  }
  return [...new Set(found.filter((base) => base !== null))];
}

/**
 * Returns the base path of the Jupyter server behind a page, from what JupyterLab and Voila leave in it; else null.
 *
 * @param {Document} page
 * @returns {string | null}
 */
export function findJupyterBase(page) {
  try {
    return JSON.parse(page.getElementById("jupyter-config-data")?.textContent ?? "").baseUrl ?? null;
  } catch {
    return null;
  }
}

/**
 * Returns the address of a run's socket. A browser sends no header with one, so the token is in the query.
 *
 * @param {string} base
 * @param {string} thread
 * @param {string} token
 * @param {string} [since] id of the last event that the view has
 */
export function socketAddress(base, thread, token, since) {
  const query = new URLSearchParams({ token, ...(since && { since }) });
  return `${base.replace(/^http/, "ws")}api/ws/document/${encodeURIComponent(thread)}?${query}`;
}
