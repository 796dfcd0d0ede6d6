// The dashboard as a widget: the viewer on a page that Voila (or a notebook) made, and the end of that page's kernel once
// nothing needs it any more.

import { mountViewer } from "./monitor/viewer.js";

const SETTLED_MS = 3000; // how long the page must have lived without its kernel before the kernel is let go

/** The kernel of a Voila page, by what Voila leaves in it: the address that ends it; elsewhere null. */
function kernelEnd(page) {
  try {
    const { baseUrl, kernelId } = JSON.parse(page.getElementById("jupyter-config-data").textContent);
    const voila = "voila" in page.body.dataset && kernelId;
    return voila ? `${baseUrl}voila/api/shutdown/${encodeURIComponent(kernelId)}` : null;
  } catch {
    return null;
  }
}

/** Ends the kernel once the page can do without it; answers the function that gives it up. */
function letKernelGo(box, end, needed) {
  let timer = null;
  const watcher = new MutationObserver(look);
  function look() {
    const standing = box.querySelector(".wbv-standing")?.dataset.is;
    if (!needed || standing === "live" || standing === "polling") timer ??= setTimeout(go, SETTLED_MS);
    else timer = (clearTimeout(timer), null);
  }
  function go() {
    watcher.disconnect();
    const shown = document.cookie.match(/(?:^|; )_xsrf=([^;]*)/)?.[1] ?? "";
    fetch(end, { method: "POST", headers: { "X-XSRFToken": shown }, credentials: "same-origin", referrerPolicy: "no-referrer" }).catch(() => {});
  }
  watcher.observe(box, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-is"] });
  look();
  return () => (watcher.disconnect(), clearTimeout(timer));
}

/** The last resort: the kernel asks the server in the page's stead. For one run, since it is asked for no other. */
function commOf(model) {
  return {
    send: (message) => model.send(message),
    listen(handler) {
      model.on("msg:custom", handler);
      return () => model.off("msg:custom", handler);
    },
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
  const stop = mountViewer(el, {
    servers: model.get("servers"), thread, token: model.get("token"), useWebSocket: model.get("use_websocket"),
    comm: thread ? commOf(model) : null, fill: end !== null,
  });
  const stay = end === null ? () => {} : letKernelGo(el, end, Boolean(thread));
  return () => (stay(), stop());
}

export default { render: renderDashboard };
