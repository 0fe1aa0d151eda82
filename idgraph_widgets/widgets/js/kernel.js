// The line to the kernel: what is sent there, and what is heard of it.

// One change on its way at a time; what happens meanwhile is sent when the answer is there. The latest value wins.
// `settled` is called when nothing is on its way any more.
export function sender(model, settled) {
  let waiting = null,
    moving = {},
    queued = null,
    timer = null,
    number = 0;
  const view = Math.random().toString(36).slice(2, 8);
  const flush = () => {
    if (queued === null || waiting !== null) return;
    waiting = `${view}-${++number}`;
    moving = queued;
    queued = null;
    model.send({ do: "set", values: moving, token: waiting });
    timer = setTimeout(done, 3000);
  };
  const done = () => {
    clearTimeout(timer);
    waiting = null;
    moving = {};
    if (queued !== null) flush();
    else settled();
  };
  const answered = () => {
    if (model.get("ack") === waiting) done();
  };
  model.on("change:ack", answered);
  return {
    set(path, value) {
      queued = { ...(queued || {}), [path]: value };
      flush();
    },
    // What the kernel says about a field is old while a newer value is on its way there.
    pending: (path) => path in moving || (queued !== null && path in queued),
    close: () => {
      clearTimeout(timer);
      model.off("change:ack", answered);
    },
  };
}

export function listen(model, events, callback) {
  for (const name of events) model.on(name, callback);
  return () => {
    for (const name of events) model.off(name, callback);
  };
}
