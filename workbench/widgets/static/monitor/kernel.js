/**
 * Listens to an anywidget model: its custom messages, and what each named change of a trait is told as.
 *
 * changes: { "change:state": () => ({ type: "state" }) }. Answers what ends it.
 */
export function listenTo(model, handler, changes = {}) {
  const heard = [["msg:custom", handler]];
  for (const [names, message] of Object.entries(changes)) heard.push([names, () => handler(message())]);
  for (const [names, hear] of heard) model.on(names, hear);
  return () => {
    for (const [names, hear] of heard) model.off(names, hear);
  };
}
