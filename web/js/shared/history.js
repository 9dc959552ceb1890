// @ts-check
/** The editor's undo, for widgets of ours. */

/**
 * Lets Ctrl+Z and Ctrl+Y reach the editor from sliders, which it takes for text boxes with an undo of
 * their own.
 * @param {any} app
 * @param {HTMLElement} element a widget's element
 * @param {() => void} settle ends a change that is under way
 */
export function forwardUndo(app, element, settle) {
  element.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLInputElement} */ (event.target);
    if (target.type !== "range" || event.altKey || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    event.stopPropagation();
    settle();
    const redo = key === "y" || event.shiftKey;
    void app.extensionManager?.command?.execute(redo ? "Comfy.Redo" : "Comfy.Undo");
  });
}
