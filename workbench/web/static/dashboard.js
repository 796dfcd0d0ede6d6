// The dashboard as a widget: the viewer on a page of Voila or in a notebook. On Voila it also ends the page's kernel, 60 MB,
// as soon as the page lives without it.

import { listenTo } from "./monitor/widget_model.js";
import { mountViewer } from "./monitor/viewer.js";

const SETTLED_MS = 3000; // how long the page must have had its data from the server before the kernel is ended

/** Returns the address that ends the kernel of a Voila page, from what Voila leaves in the page; null elsewhere. */
function kernelEnd(page) {
  try {
    const { baseUrl, kernelId } = JSON.parse(page.getElementById("jupyter-config-data").textContent);
    const voila = "voila" in page.body.dataset && kernelId;
    return voila ? `${baseUrl}voila/api/shutdown/${encodeURIComponent(kernelId)}` : null;
  } catch {
    return null;
  }
}

/** Ends the kernel once the page lives without it, or is left; returns the function that stops watching. */
function letKernelGo(box, end, { needed, connection }) {
  let timer = null;
  const over = new AbortController();
  const watcher = new MutationObserver(look);
  function look() {
    const standing = box.querySelector(".wbv-standing")?.dataset.is;
    if (!needed || standing === "live" || standing === "polling") timer ??= setTimeout(go, SETTLED_MS);
    else timer = (clearTimeout(timer), null);
  }
  function go() {
    stop();
    connection?.dispose?.(); // before the kernel ends: it would try to reconnect for ever
    const shown = document.cookie.match(/(?:^|; )_xsrf=([^;]*)/)?.[1] ?? "";
    fetch(end, {
      method: "POST",
      headers: { "X-XSRFToken": shown },
      credentials: "same-origin",
      referrerPolicy: "no-referrer",
      keepalive: true,
    }).catch(() => {});
  }
  function stop() {
    watcher.disconnect();
    over.abort();
    clearTimeout(timer);
  }
  window.addEventListener("pagehide", go, { signal: over.signal });
  watcher.observe(box, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-is"] });
  look();
  return stop;
}

/** Asks the kernel for the token by a message: a synced trait would be saved with the notebook. */
function askForToken(model, view) {
  let stop = null;
  const hear = (message) => {
    if (message.type === "token") stop ??= view(message.token);
  };
  model.on("msg:custom", hear);
  model.send({ type: "token" });
  return () => (model.off("msg:custom", hear), stop?.());
}

/** Makes the last way to the server: the kernel asks it for the page, for one run only. */
function commOf(model) {
  return {
    send: (message) => model.send(message),
    listen: (handler) => listenTo(model, handler),
  };
}

function renderDashboard({ model, el }) {
  const [thread, trouble] = [model.get("thread"), model.get("trouble")];
  if (trouble) {
    const said = document.createElement("p");
    said.className = "wbd-said";
    said.textContent = trouble;
    el.append(said);
    return () => said.remove();
  }
  const end = kernelEnd(document);
  const view = (token) =>
    mountViewer(el, {
      servers: model.get("servers"),
      thread,
      token,
      useWebSocket: model.get("use_websocket"),
      comm: thread ? commOf(model) : null,
      fill: end !== null,
    });
  if (end === null) return askForToken(model, view);
  const stop = view(new URLSearchParams(location.search).get("token") ?? "");
  const stay = letKernelGo(el, end, { needed: Boolean(thread), connection: model.widget_manager?.kernel });
  return () => (stay(), stop());
}

export default { render: renderDashboard };
