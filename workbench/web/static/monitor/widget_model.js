// Listening to an anywidget model.

/**
 * Calls a handler with a model's custom messages, and with a message for each named change of a trait.
 *
 * @param {WidgetModel} model
 * @param {(message: any) => void} handler
 * @param {Record<string, () => Message>} changes such as { "change:state": () => ({ type: "state" }) }
 * @returns {() => void} ends it
 */
export function listenTo(model, handler, changes = {}) {
  /** @type {[string, (message: any) => void][]} */
  const listeners = [["msg:custom", handler]];
  for (const [names, message] of Object.entries(changes)) listeners.push([names, () => handler(message())]);
  for (const [names, listener] of listeners) model.on(names, listener);
  return () => {
    for (const [names, listener] of listeners) model.off(names, listener);
  };
}
