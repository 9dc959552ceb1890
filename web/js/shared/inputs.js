// @ts-check
/** A node's plain inputs: the truth that every widget of ours shows and edits. */

/** @param {any} node @param {string} name */
const find = (node, name) =>
  node.widgets?.find((/** @type {any} */ widget) => widget.name === name);

/** The value of an input; undefined where the node has none of that name. */
export const readInput = (/** @type {any} */ node, /** @type {string} */ name) =>
  find(node, name)?.value;

/** Whether another node feeds the input, so that its own value does not count. */
export function isConnected(/** @type {any} */ node, /** @type {string} */ name) {
  const slot = (node.inputs ?? []).findIndex(
    (/** @type {any} */ input) => (input.widget?.name ?? input.name) === name,
  );
  return slot >= 0 && node.isInputConnected(slot);
}

/** Sets inputs as typing does, with their callbacks; those that keep their value are left alone. */
export function writeInputs(
  /** @type {any} */ app,
  /** @type {any} */ node,
  /** @type {Record<string, unknown>} */ values,
) {
  for (const [name, value] of Object.entries(values)) {
    const widget = find(node, name);
    if (!widget || widget.value === value) continue;
    widget.value = value;
    widget.callback?.(value, app.canvas, node);
  }
  node.setDirtyCanvas(true, true);
}

/**
 * Makes all that happens between `begin` and `end` one step of undo, however many events it takes.
 * `end` without `begin` does nothing. What changed unseen before, such as a node that grew with its
 * picture, is a step of its own: undone with this one, it would grow again, which loses the redo.
 */
export function makeGesture(/** @type {any} */ app) {
  let open = false;
  return {
    begin() {
      if (open) return;
      app.canvas.emitBeforeChange();
      app.canvas.emitAfterChange();
      app.canvas.emitBeforeChange();
      open = true;
    },
    end() {
      if (open) app.canvas.emitAfterChange();
      open = false;
    },
  };
}

/**
 * Calls `show` whenever what `read` returns (compared as text) has changed: by typing, undo, a
 * loaded graph, a subgraph's promoted input or another script. No event tells of all of these in
 * both renderers, so the value is looked at once per drawn frame while the element is shown.
 */
export function follow(
  /** @type {HTMLElement} */ element,
  /** @type {() => unknown} */ read,
  /** @type {() => void} */ show,
) {
  /** @type {string | undefined} */
  let last;
  const look = () => {
    const now = JSON.stringify(read());
    if (now === last) return;
    last = now;
    show();
  };
  watched.set(element, look);
  look();
  if (watched.size === 1) frame ||= requestAnimationFrame(lookAtAll);
  return () => watched.delete(element);
}

/** @type {Map<HTMLElement, () => void>} */
const watched = new Map();
let frame = 0;

function lookAtAll() {
  for (const [element, look] of watched) if (element.isConnected) look();
  frame = watched.size ? requestAnimationFrame(lookAtAll) : 0;
}
