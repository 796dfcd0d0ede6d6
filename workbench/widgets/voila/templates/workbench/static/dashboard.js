// What Voila's own script calls by these names; it puts the outputs in place by itself.
window.voila_heartbeat = () => {};
window.voila_process = () => {};
window.voila_finish = () => {};
window.cellLoaded = true;
