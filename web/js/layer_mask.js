// @ts-check
/** The layer mask: a cell per style slot, painted with the mouse or keys, over a text input. */

import { formatLayers, groupLayers, parseLayers, range, resolutionOf } from "./layers.js";
import { addElement, chain, make } from "./shared/element.js";
import { follow, isConnected, makeGesture, readInput, writeInputs } from "./shared/inputs.js";
import { say } from "./shared/texts.js";
import { learnSlots, slotsOf } from "./slots.js";

const INPUT = "layers";
const NODES = new Set([
  "StyleGANEX_StyleMix",
  "StyleGANEX_ApplyEditVector",
  "StyleGANEX_DomainSwap",
  "StyleGANEX_SweepEdit",
]);
const LOADER = "StyleGANEX_LoadModel"; // tells the number of slots
const HEIGHT = 144; // px
const WIDTH = 330; // px: 18 cells that a mouse can hit
const GROUPS = /** @type {const} */ (["coarse", "middle", "fine"]);

/** @typedef {"all" | "none" | "coarse" | "middle" | "fine" | "invert"} Preset */

export function layerMaskExtension(/** @type {any} */ app) {
  return {
    name: "StyleGANEX.LayerMask",
    nodeCreated(/** @type {any} */ node) {
      if (node.comfyClass === LOADER) learnSlots(node);
      if (NODES.has(node.comfyClass)) addLayerMask(app, node);
    },
  };
}

function addLayerMask(/** @type {any} */ app, /** @type {any} */ node) {
  learnSlots(node);
  const gesture = makeGesture(app);
  const presets = make("div", { className: "styleganex-bar" });
  const cells = make("div", { className: "styleganex-slots", role: "group" });
  cells.setAttribute("aria-label", say("mask.label"));
  const note = make("div", { className: "styleganex-note", role: "status" });
  const root = make("div", { className: "styleganex-mask" }, presets, cells, note);

  let count = 0;
  /** @type {Set<number>} */
  let chosen = new Set();

  const choose = (/** @type {Set<number>} */ slots) => {
    gesture.begin();
    writeInputs(app, node, { [INPUT]: formatLayers(slots, count) });
    show();
  };
  const paint = (/** @type {number} */ slot, /** @type {boolean} */ on) => {
    if (chosen.has(slot) === on) return;
    const slots = new Set(chosen);
    if (on) slots.add(slot);
    else slots.delete(slot);
    choose(slots);
  };

  const all = () => range(0, count - 1);
  const groupOf = (/** @type {string} */ wanted) =>
    groupLayers(count).find(({ name }) => name === wanted);
  const slotsIn = (/** @type {string} */ name) => {
    const group = groupOf(name);
    return group ? range(group.first, group.last) : new Set();
  };
  const kinds = /** @type {[Preset, () => Set<number>, string][]} */ ([
    ["all", all, say("mask.all.title")],
    ["none", () => new Set(), say("mask.none.title")],
    ...GROUPS.map((name) => [name, () => slotsIn(name), ""]),
    [
      "invert",
      () => new Set([...all()].filter((slot) => !chosen.has(slot))),
      say("mask.invert.title"),
    ],
  ]);
  for (const [name, slots, title] of kinds) {
    const onclick = () => {
      choose(slots());
      gesture.end();
    };
    const settings = { type: "button", title, onclick, "data-preset": name };
    presets.append(make("button", settings, say(`mask.${name}`)));
  }

  /** For another number of slots; what stays is kept, as the pointer may be on it. */
  const resize = () => {
    for (const name of GROUPS) {
      const group = groupOf(name);
      const preset = presets.querySelector(`[data-preset=${name}]`);
      preset.hidden = !group;
      if (group) preset.title = say("mask.range", { first: group.first, last: group.last });
    }
    drawGroups(cells, count);
  };

  const show = () => {
    const model = slotsOf(node);
    if (model.count !== count) {
      count = model.count;
      resize();
    }
    const text = String(readInput(node, INPUT) ?? "");
    const parsed = parseLayers(text, count);
    const driven = isConnected(node, INPUT);
    chosen = parsed ?? new Set();
    for (const button of cells.querySelectorAll("[data-slot]")) {
      button.setAttribute("aria-checked", String(chosen.has(Number(button.dataset.slot))));
      button.disabled = driven;
    }
    for (const button of presets.children) button.disabled = driven;
    root.classList.toggle("styleganex-unread", !parsed || driven);
    if (driven) note.textContent = say("mask.driven");
    else if (!parsed) note.textContent = say("mask.unread", { last: count - 1 });
    else if (!model.known) note.textContent = say("mask.assumed");
    else note.textContent = say("mask.count", { chosen: chosen.size, count });
  };

  addPainting(cells, paint, () => chosen, gesture);
  addElement(node, "StyleGANEX.LayerMask", root, { height: HEIGHT, width: WIDTH });
  const stop = follow(
    root,
    () => [readInput(node, INPUT), isConnected(node, INPUT), slotsOf(node)],
    show,
  );
  chain(node, "onRemoved", stop);
}

/** The groups for so many slots; groups and cells that are there already stay in place. */
function drawGroups(/** @type {any} */ cells, /** @type {number} */ count) {
  const groups = groupLayers(count);
  for (const group of groups) {
    let drawn = cells.querySelector(`[data-group=${group.name}]`);
    if (!drawn) {
      drawn = make(
        "div",
        { className: "styleganex-group", "data-group": group.name },
        make("div", { className: "styleganex-head" }, say(`mask.${group.name}`)),
        make("div", { className: "styleganex-row" }),
        make("div", { className: "styleganex-row styleganex-sizes" }),
      );
      cells.append(drawn);
    }
    fillGroup(drawn, group, count);
  }
  for (const drawn of [...cells.children])
    if (!groups.some(({ name }) => name === drawn.dataset.group)) drawn.remove();
  if (!cells.querySelector("[tabindex='0']")) cells.querySelector("[data-slot]").tabIndex = 0;
}

/** A cell per slot of the group, and the resolutions under them. */
function fillGroup(
  /** @type {any} */ drawn,
  /** @type {import("./layers.js").Group} */ { name, first, last },
  /** @type {number} */ count,
) {
  const [, row, sizes] = drawn.children;
  while (row.children.length > last - first + 1) row.lastElementChild.remove();
  sizes.replaceChildren();
  for (let slot = first; slot <= last; slot += 1) {
    const size = resolutionOf(slot, count);
    const label = say("mask.slot", { slot, group: say(`mask.${name}`), size });
    const button = row.children[slot - first] ?? row.appendChild(drawCell(slot));
    button.title = button.ariaLabel = label;
    const previous = sizes.lastElementChild;
    if (previous?.dataset.size === String(size))
      previous.style.flexGrow = 1 + +previous.style.flexGrow;
    else {
      const mark = make("span", { "data-size": size }, String(size));
      mark.style.flexGrow = 1;
      sizes.append(mark);
    }
  }
  drawn.style.flexGrow = last - first + 1;
}

function drawCell(/** @type {number} */ slot) {
  const button = make(
    "button",
    { type: "button", role: "checkbox", "data-slot": slot },
    String(slot),
  );
  button.tabIndex = -1; // one cell is the stop of Tab; arrows move inside
  return button;
}

/** Pressing a cell toggles it; dragging on gives the cells on the way the same state. */
function addPainting(
  /** @type {HTMLElement} */ cells,
  /** @type {(slot: number, on: boolean) => void} */ paint,
  /** @type {() => Set<number>} */ chosen,
  /** @type {{begin(): void, end(): void}} */ gesture,
) {
  /** @type {boolean | null} */
  let brush = null;
  const slotAt = (/** @type {PointerEvent} */ event) => {
    const [x, y] = [event.clientX, event.clientY];
    const cell = /** @type {HTMLElement | null} */ (
      document
        .elementsFromPoint(x, y)
        .find((e) => cells.contains(e) && "slot" in /** @type {any} */ (e).dataset)
    );
    return cell ? Number(cell.dataset.slot) : null;
  };
  const stop = () => {
    brush = null;
    gesture.end();
  };
  cells.addEventListener("pointerdown", (event) => {
    const slot = slotAt(event);
    if (slot === null || event.button !== 0) return;
    cells.setPointerCapture(event.pointerId);
    brush = !chosen().has(slot);
    paint(slot, brush);
  });
  cells.addEventListener("pointermove", (event) => {
    const slot = brush === null ? null : slotAt(event);
    if (slot !== null) paint(slot, /** @type {boolean} */ (brush));
  });
  cells.addEventListener("pointerup", stop);
  cells.addEventListener("lostpointercapture", stop);
  cells.addEventListener("keydown", (event) => {
    const button = /** @type {any} */ (event.target);
    if (!("slot" in button.dataset)) return;
    const slot = Number(button.dataset.slot);
    const buttons = /** @type {any[]} */ ([...cells.querySelectorAll("[data-slot]")]);
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -buttons.length, End: buttons.length };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (step) {
      const next = Math.min(Math.max(slot + step, 0), buttons.length - 1);
      if (event.shiftKey)
        for (let at = slot; at !== next; at += Math.sign(step))
          paint(at + Math.sign(step), chosen().has(slot));
      for (const other of buttons) other.tabIndex = -1;
      buttons[next].tabIndex = 0;
      buttons[next].focus();
    } else if (event.key === " " || event.key === "Enter") paint(slot, !chosen().has(slot));
    else return;
    gesture.end();
    event.preventDefault();
  });
}
