// Where the server is, seen from this page; pure.

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The base address of a server, with one slash at its end and nothing of a query; null where it is no web address. */
function baseOf(address, page) {
  try {
    const url = new URL(String(address).replace(/^ws(s?):/i, "http$1:"), page);
    if (url.protocol !== "http:" && url.protocol !== "https:") return null;
    return `${url.origin}${url.pathname.replace(/\/+$/, "")}/`;
  } catch {
    return null;
  }
}

/**
 * The addresses under which a page may reach a server, the likeliest first.
 *
 * A server on the loopback of its own machine is reached directly from a page of that machine. From any other page it is
 * behind the Jupyter server that the page came from (jupyter-server-proxy), or at its port on the page's own host;
 * the loopback itself would be the viewer's machine there, and the token is nothing for whoever listens at it.
 *
 * named: addresses as the host knows them, absolute or relative to the page. page: location.href.
 * jupyter: the base path of the Jupyter server that the page came from, or null.
 */
export function serversOf(named, page, jupyter = null) {
  const here = new URL(page);
  const found = [];
  for (const base of named.map((address) => baseOf(address, page)).filter(Boolean)) {
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
      found.push(baseOf(`${jupyter.replace(/\/*$/, "/")}proxy/${server.port}${server.pathname}`, here.origin));
    if (fromAfar) found.push(`${here.protocol}//${here.hostname}:${server.port}${server.pathname}`);
  }
  return [...new Set(found)];
}

/** The base path of the Jupyter server behind a document: what JupyterLab and Voila leave in their pages; else null. */
export function jupyterBase(page) {
  try {
    return JSON.parse(page.getElementById("jupyter-config-data").textContent).baseUrl ?? null;
  } catch {
    return null;
  }
}

/** Of a run's socket: a browser sends no header with it, so the token stands in the query. */
export function socketAddress(base, thread, token, since) {
  const query = new URLSearchParams({ token, ...(since && { since }) });
  return `${base.replace(/^http/, "ws")}api/ws/document/${encodeURIComponent(thread)}?${query}`;
}
