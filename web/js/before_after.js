// @ts-check
/** The view of Before / After: two pictures over each other and a line to drag between them. */

import { addElement, chain, make } from "./shared/element.js";
import { follow } from "./shared/inputs.js";
import { outputOf, pictureUrl, recall, remember } from "./shared/outputs.js";
import { say } from "./shared/texts.js";

const NODE = "StyleGANEX_BeforeAfter";
const HEIGHT = 340; // px
const WIDTH = 310; // px

export function beforeAfterExtension(/** @type {any} */ _app, /** @type {any} */ api) {
  return {
    name: "StyleGANEX.BeforeAfter",
    nodeCreated(/** @type {any} */ node) {
      if (node.comfyClass === NODE) addView(api, node);
    },
  };
}

function addView(/** @type {any} */ api, /** @type {any} */ node) {
  remember(node);
  const before = make("img", { alt: say("pair.before"), draggable: false });
  const after = make("img", { alt: say("pair.after"), draggable: false });
  const line = make("div", { className: "styleganex-line" });
  const names = [
    make("span", { className: "styleganex-tag styleganex-before" }, say("pair.before")),
    make("span", { className: "styleganex-tag styleganex-after" }, say("pair.after")),
  ];
  // A range input over the pictures: it brings keyboard, screen reader and touch support.
  const slider = make("input", { type: "range", min: 0, max: 100, step: 0.5, value: 50 });
  slider.setAttribute("aria-label", say("pair.label"));
  const stage = make(
    "div",
    { className: "styleganex-pair" },
    after,
    before,
    line,
    ...names,
    slider,
  );
  const empty = make("div", { className: "styleganex-empty" }, say("pair.empty"));
  const pages = addPages(() => show());
  const root = make("div", { className: "styleganex-view" }, stage, empty, pages.bar);

  const split = () => {
    const share = Number(slider.value);
    before.style.clipPath = `inset(0 ${100 - share}% 0 0)`;
    line.style.left = `${share}%`;
    names[0].style.opacity = share > 15 ? "1" : "0";
    names[1].style.opacity = share < 85 ? "1" : "0";
  };
  const show = () => {
    const told = outputOf(node);
    const [first, second] = [told?.styleganex_before ?? [], told?.styleganex_after ?? []];
    const page = pages.show(second.length);
    stage.style.display = second.length ? "" : "none";
    empty.style.display = second.length ? "none" : "";
    if (!second.length) return;
    before.src = pictureUrl(api, first[Math.min(page, first.length - 1)]);
    after.src = pictureUrl(api, second[page]);
  };
  slider.addEventListener("input", split);
  slider.addEventListener("dblclick", () => {
    slider.value = 50;
    split();
  });
  after.addEventListener("load", () => {
    stage.style.aspectRatio = `${after.naturalWidth} / ${after.naturalHeight}`;
  });
  split();
  addElement(node, "StyleGANEX.BeforeAfter", root, { height: HEIGHT, width: WIDTH, grows: true });
  const stop = follow(root, () => outputOf(node) ?? recall(api, node), show);
  chain(node, "onRemoved", stop);
}

/** Buttons to page through a batch; hidden for a single picture. */
function addPages(/** @type {() => void} */ turned) {
  let page = 0;
  let count = 0;
  const label = make("span", { className: "styleganex-note" });
  const button = (
    /** @type {string} */ text,
    /** @type {string} */ name,
    /** @type {number} */ step,
  ) =>
    make(
      "button",
      {
        type: "button",
        "aria-label": name,
        onclick: () => {
          page = (page + step + count) % count;
          turned();
        },
      },
      text,
    );
  const bar = make(
    "div",
    { className: "styleganex-bar styleganex-pages" },
    button("‹", say("pair.previous"), -1),
    label,
    button("›", say("pair.next"), 1),
  );
  const show = (/** @type {number} */ now) => {
    count = now;
    page = Math.min(page, Math.max(count - 1, 0));
    bar.style.display = count > 1 ? "" : "none";
    label.textContent = say("pair.page", { page: page + 1, count });
    return page;
  };
  return { bar, show };
}
