// @ts-check
/** The transform gizmo: a frame on the picture to drag, turn and resize; its numbers are inputs. */

import { addElement, chain, make, makeSvg } from "./shared/element.js";
import { follow, isConnected, makeGesture, readInput, writeInputs } from "./shared/inputs.js";
import { outputOf, pictureUrl, recall, remember, upstream } from "./shared/outputs.js";
import { say } from "./shared/texts.js";
import { NOTHING, move, resize, settle, toSvg, turn } from "./transform.js";

/** @typedef {import("./transform.js").Transform} Transform */
/** @typedef {import("./transform.js").Point} Point */

const NODE = "StyleGANEX_FeatureTransform";
const NAMES = /** @type {(keyof Transform)[]} */ (Object.keys(NOTHING));
const CELLS = [32, 32]; // of a 256 px picture, until a run tells
const FRAME = 0.6; // share of the picture's shorter side: about a face in a portrait
const HEIGHT = 330; // px
const WIDTH = 310; // px

export function transformGizmoExtension(/** @type {any} */ app, /** @type {any} */ api) {
  return {
    name: "StyleGANEX.TransformGizmo",
    nodeCreated(/** @type {any} */ node) {
      if (node.comfyClass === "StyleGANEX_Encode") remember(node); // tells the encoded picture
      if (node.comfyClass === NODE) addGizmo(app, api, node);
    },
  };
}

function addGizmo(/** @type {any} */ app, /** @type {any} */ api, /** @type {any} */ node) {
  remember(node);
  const gesture = makeGesture(app);
  const drawing = draw();
  const button = (/** @type {"mirror" | "reset"} */ name) =>
    make(
      "button",
      { type: "button", title: say(`gizmo.${name}.title`), "data-do": name },
      say(`gizmo.${name}`),
    );
  const [mirror, reset] = [button("mirror"), button("reset")];
  const numbers = make("output", { className: "styleganex-note" });
  const bar = make("div", { className: "styleganex-bar" }, mirror, reset, numbers);
  const root = make("div", { className: "styleganex-gizmo" }, drawing.svg, bar);
  /** @type {{x: number, y: number}} */
  let cells = { x: CELLS[0], y: CELLS[1] };

  const read = () =>
    /** @type {Transform} */ (
      Object.fromEntries(NAMES.map((name) => [name, readInput(node, name) ?? NOTHING[name]]))
    );
  const set = (/** @type {Transform} */ values) => {
    gesture.begin();
    writeInputs(app, node, values);
    show();
  };
  const setAtOnce = (/** @type {Transform} */ values) => {
    set(settle(values));
    gesture.end();
  };
  const driven = () => NAMES.some((name) => isConnected(node, name));

  const show = () => {
    const view = findPicture(api, node);
    cells = view.cells;
    const now = read();
    drawing.show(now, cells, view.url);
    mirror.setAttribute("aria-pressed", String(now.flip));
    for (const button of [mirror, reset]) button.disabled = driven();
    root.classList.toggle("styleganex-unread", driven());
    numbers.textContent = driven() ? say("gizmo.driven") : describe(now);
  };

  mirror.onclick = () => setAtOnce({ ...read(), flip: !read().flip });
  reset.onclick = () => setAtOnce(NOTHING);
  addDragging(drawing.svg, () => cells, read, set, gesture, driven);
  drawing.svg.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const next = driven() ? null : pressKey(read(), event);
    if (!next) return;
    setAtOnce(next);
    event.preventDefault();
  });
  addElement(node, "StyleGANEX.TransformGizmo", root, {
    height: HEIGHT,
    width: WIDTH,
    grows: true,
  });
  const stop = follow(root, () => [read(), driven(), findPicture(api, node)], show);
  chain(node, "onRemoved", stop);
}

/** The picture under the frame and its size in cells: the node's own, else the encoded one. */
function findPicture(/** @type {any} */ api, /** @type {any} */ node) {
  const files = upstream(node).map((source) => outputOf(source)?.styleganex_picture?.[0]);
  const file = files.find(Boolean);
  if (!file) recall(api, node);
  const [x, y] = outputOf(node)?.styleganex_cells ?? CELLS;
  return { url: file ? pictureUrl(api, file) : null, cells: { x, y } };
}

function describe(/** @type {Transform} */ { dx, dy, rotation, scale, flip }) {
  const arrow = (
    /** @type {number} */ v,
    /** @type {string} */ plus,
    /** @type {string} */ minus,
  ) => (v ? `${v > 0 ? plus : minus} ${Math.abs(v)}` : "");
  const parts = [
    arrow(dx, "→", "←"),
    arrow(dy, "↓", "↑"),
    rotation ? `${rotation}°` : "",
    scale !== 1 ? `× ${scale}` : "",
    flip ? "⇋" : "",
  ];
  return parts.filter(Boolean).join("  ") || say("gizmo.drag");
}

/** @returns {Transform | null} null for a key that does nothing here */
function pressKey(/** @type {Transform} */ now, /** @type {KeyboardEvent} */ event) {
  const far = event.shiftKey ? 4 : 1;
  const { dx, dy, rotation, scale } = now;
  switch (event.key) {
    case "ArrowLeft":
      return { ...now, dx: dx - far };
    case "ArrowRight":
      return { ...now, dx: dx + far };
    case "ArrowUp":
      return { ...now, dy: dy - far };
    case "ArrowDown":
      return { ...now, dy: dy + far };
    case "+":
    case "=":
      return { ...now, scale: scale + 0.05 };
    case "-":
      return { ...now, scale: scale - 0.05 };
    case ",":
      return { ...now, rotation: rotation + 1 };
    case ".":
      return { ...now, rotation: rotation - 1 };
    case "m":
    case "M":
      return { ...now, flip: !now.flip };
    case "0":
      return NOTHING;
    default:
      return null;
  }
}

/** Dragging a corner resizes, the knob turns, anything else moves; Shift keeps to whole steps. */
function addDragging(
  /** @type {SVGSVGElement} */ svg,
  /** @type {() => Point} */ cells,
  /** @type {() => Transform} */ read,
  /** @type {(values: Transform) => void} */ set,
  /** @type {{begin(): void, end(): void}} */ gesture,
  /** @type {() => boolean} */ driven,
) {
  /** @type {{from: Point, start: Transform, change: typeof move} | null} */
  let drag = null;
  const locate = (/** @type {PointerEvent} */ { clientX, clientY }) => {
    const box = svg.getBoundingClientRect();
    const px = Math.min(box.width / cells().x, box.height / cells().y); // per cell, on the screen
    return {
      x: (clientX - box.left - box.width / 2) / px,
      y: (clientY - box.top - box.height / 2) / px,
    };
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || driven()) return;
    const part = /** @type {any} */ (event.target).dataset?.part;
    const change = part === "turn" ? turn : part === "resize" ? resize : move;
    svg.setPointerCapture(event.pointerId);
    drag = { from: locate(event), start: read(), change };
  });
  svg.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const next = drag.change(drag.start, drag.from, locate(event));
    if (event.shiftKey) next.rotation = Math.round(next.rotation / 15) * 15;
    set(settle(next, event.shiftKey ? 1 : undefined));
  });
  const stop = () => {
    drag = null;
    gesture.end();
  };
  svg.addEventListener("pointerup", stop);
  svg.addEventListener("lostpointercapture", stop);
}

/** The picture as it is, dimmed; the picture as it will lie; the frame with its handles. */
function draw() {
  const svg = makeSvg("svg", { class: "styleganex-stage", tabindex: 0, role: "application" });
  const keys = say("gizmo.keys");
  svg.setAttribute("aria-label", say("gizmo.label", { keys }));
  const title = makeSvg("title", {}, say("gizmo.title", { keys }));
  const ground = makeSvg("rect", { class: "styleganex-ground" });
  const still = makeSvg("image", { class: "styleganex-still", preserveAspectRatio: "none" });
  const moved = makeSvg("image", { preserveAspectRatio: "none" });
  const outline = makeSvg("rect", { class: "styleganex-outline" });
  const face = makeSvg("path", { class: "styleganex-face" });
  const frame = makeSvg("rect", { class: "styleganex-frame" });
  const stem = makeSvg("path", { class: "styleganex-frame" });
  const knob = makeSvg("circle", { class: "styleganex-handle", "data-part": "turn" });
  const corners = [0, 1, 2, 3].map(() =>
    makeSvg("circle", { class: "styleganex-handle", "data-part": "resize" }),
  );
  const group = makeSvg("g", {}, moved, outline, face, frame, stem, knob, ...corners);
  svg.append(title, ground, still, group);

  const place = (/** @type {any} */ element, /** @type {Record<string, any>} */ values) => {
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, String(value));
  };
  const show = (
    /** @type {Transform} */ now,
    /** @type {Point} */ { x, y },
    /** @type {string | null} */ url,
  ) => {
    const whole = { x: -x / 2, y: -y / 2, width: x, height: y };
    const half = (Math.min(x, y) * FRAME) / 2;
    place(svg, { viewBox: `${-x / 2} ${-y / 2} ${x} ${y}` });
    for (const element of [ground, still, moved, outline]) place(element, whole);
    for (const element of [still, moved]) {
      if (url && element.getAttribute("href") !== url) element.setAttribute("href", url);
      element.style.display = url ? "" : "none";
    }
    face.style.display = url ? "none" : ""; // stands in for the picture
    place(face, { d: faceOutline(half) });
    place(frame, { x: -half, y: -half, width: 2 * half, height: 2 * half, rx: half / 12 });
    const radius = Math.min(x, y) / 42 / now.scale;
    place(stem, { d: `M0 ${-half}V${-half * 1.3}` });
    place(knob, { cx: 0, cy: -half * 1.3, r: radius });
    corners.forEach((corner, index) =>
      place(corner, { cx: index % 2 ? half : -half, cy: index > 1 ? half : -half, r: radius }),
    );
    place(group, { transform: toSvg(now) });
  };
  return { svg, show };
}

/** A plain face in a frame of `half` side, so that turning and mirroring can be seen. */
function faceOutline(/** @type {number} */ half) {
  const at = (/** @type {number} */ share) => (half * share).toFixed(2);
  return [
    `M${at(-0.6)} ${at(-0.1)}a${at(0.6)} ${at(0.8)} 0 1 1 ${at(1.2)} 0`,
    `a${at(0.6)} ${at(0.9)} 0 1 1 ${at(-1.2)} 0z`,
    `M${at(-0.35)} ${at(-0.2)}h${at(0.2)}M${at(0.15)} ${at(-0.2)}h${at(0.2)}`,
    `M0 ${at(-0.1)}l${at(0.12)} ${at(0.3)}h${at(-0.12)}`,
    `M${at(-0.25)} ${at(0.45)}q${at(0.25)} ${at(0.15)} ${at(0.5)} 0`,
  ].join("");
}
