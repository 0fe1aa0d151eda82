// The line to the kernel, with a kernel that answers when the test says so.

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { mock, test } from "node:test";
import { listen, sender } from "../../../idgraph_widgets/widgets/js/kernel.js";

class Model extends EventEmitter {
  sent = [];
  traits = {};
  get(name) {
    return this.traits[name];
  }
  send(message) {
    this.sent.push(message);
  }
  answer(token = this.sent.at(-1).token) {
    this.traits.ack = token;
    this.emit("change:ack");
  }
}

test("one change is on its way at a time, and the latest value wins", () => {
  const model = new Model();
  const send = sender(model, () => {});
  send.set("seed", 1);
  send.set("seed", 2);
  send.set("seed", 3);
  assert.deepEqual(
    model.sent.map((message) => message.values),
    [{ seed: 1 }],
  );
  model.answer();
  assert.deepEqual(
    model.sent.map((message) => message.values),
    [{ seed: 1 }, { seed: 3 }],
  );
  send.close();
});

test("what happens meanwhile is sent together", () => {
  const model = new Model();
  const send = sender(model, () => {});
  send.set("a", 1);
  send.set("b", 2);
  send.set("c", 3);
  model.answer();
  assert.deepEqual(model.sent.at(-1).values, { b: 2, c: 3 });
  send.close();
});

test("a field is pending until the kernel has its last value, and then all is settled", () => {
  const model = new Model();
  let settled = 0;
  const send = sender(model, () => settled++);
  send.set("a", 1);
  send.set("b", 2);
  assert.deepEqual(["a", "b", "c"].map(send.pending), [true, true, false]);
  model.answer();
  assert.deepEqual([...["a", "b"].map(send.pending), settled], [false, true, 0]);
  model.answer();
  assert.deepEqual([send.pending("b"), settled], [false, 1]);
  send.close();
});

test("an answer to somebody else's change is none", () => {
  const model = new Model();
  const send = sender(model, () => {});
  send.set("a", 1);
  model.answer("another page-1");
  assert.ok(send.pending("a"));
  send.close();
});

test("two views do not take each other's answers", () => {
  const model = new Model();
  const [one, two] = [sender(model, () => {}), sender(model, () => {})];
  one.set("a", 1);
  two.set("a", 2);
  const [first, second] = model.sent.map((message) => message.token);
  assert.notEqual(first, second);
  model.answer(first);
  assert.deepEqual([one.pending("a"), two.pending("a")], [false, true]);
  one.close();
  two.close();
});

test("a kernel that does not answer is not waited for for ever", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const model = new Model();
  const send = sender(model, () => {});
  send.set("a", 1);
  send.set("a", 2);
  mock.timers.tick(60_000);
  assert.deepEqual(model.sent.at(-1).values, { a: 2 });
  send.close();
  mock.timers.reset();
});

test("who closed hears nothing", () => {
  const model = new Model();
  const send = sender(model, () => {});
  send.set("a", 1);
  send.close();
  assert.equal(model.listenerCount("change:ack"), 0);
  let heard = 0;
  const stop = listen(model, ["change:x", "change:y"], () => heard++);
  model.emit("change:x");
  model.emit("change:y");
  stop();
  model.emit("change:x");
  assert.equal(heard, 2);
});
