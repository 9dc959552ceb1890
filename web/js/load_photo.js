// @ts-check
/** The picture in Load Photo and Example Image, before any run; a photo can be dropped or chosen. */

import { addElement, chain, make, showChoice } from "./shared/element.js";
import { follow, readInput } from "./shared/inputs.js";
import { EXAMPLE, LOADER, acceptPhotos, givePhoto } from "./shared/photos.js";
import { say } from "./shared/texts.js";

const PREFIX = "example: "; // of bundled pictures in Load Photo
const SIZE = { height: 190, width: 230 }; // px

export function loadPhotoExtension(/** @type {any} */ app, /** @type {any} */ api) {
  return {
    name: "StyleGANEX.LoadPhoto",
    nodeCreated(/** @type {any} */ node) {
      if (node.comfyClass === LOADER || node.comfyClass === EXAMPLE) addView(app, api, node);
    },
  };
}

function addView(/** @type {any} */ app, /** @type {any} */ api, /** @type {any} */ node) {
  const image = make("img", { alt: say("photo.shown"), draggable: false });
  const file = make("input", { type: "file", accept: "image/*", hidden: true });
  const choose = make(
    "button",
    { type: "button", onclick: () => file.click(), title: say("photo.choose.title") },
    say("photo.choose"),
  );
  const root = make("div", { className: "styleganex-view styleganex-photo" }, image, choose, file);
  file.addEventListener("change", () => {
    if (file.files?.[0]) void givePhoto(app, api, node, file.files[0]);
    file.value = "";
  });
  image.addEventListener("error", () => (image.hidden = true));
  image.addEventListener("load", () => (image.hidden = false));
  acceptPhotos(app, api, node, root);
  addElement(node, "StyleGANEX.Photo", root, { ...SIZE, grows: true });
  const input = node.comfyClass === LOADER ? "photo" : "name";
  const name = () => String(readInput(node, input) ?? "");
  let before = name();
  const stop = follow(root, name, () => {
    image.src = addressOf(api, name(), node.comfyClass === EXAMPLE);
    showChoice(node, input, before, name());
    before = name();
  });
  chain(node, "onRemoved", stop);
}

function addressOf(/** @type {any} */ api, /** @type {string} */ name, /** @type {boolean} */ bundled) {
  if (bundled || name.startsWith(PREFIX)) {
    const plain = encodeURIComponent(name.replace(PREFIX, ""));
    return api.apiURL(`/styleganex/examples/${plain}`);
  }
  const [, path, type = "input"] = /^(.*?)(?: \[(input|output|temp)\])?$/.exec(name) ?? ["", name];
  const parts = path.split("/");
  const filename = parts.pop() ?? "";
  return api.apiURL(`/view?${new URLSearchParams({ filename, subfolder: parts.join("/"), type })}`);
}
