// @ts-check
/** The widgets' texts in the editor's language (its setting Comfy.Locale). */

import { app } from "../../../../scripts/app.js";
import de from "../texts/de.js";
import en from "../texts/en.js";
import es from "../texts/es.js";
import fr from "../texts/fr.js";
import ja from "../texts/ja.js";
import ko from "../texts/ko.js";
import zh from "../texts/zh.js";

/** @typedef {keyof typeof en} Key */

/** @type {Record<string, Partial<typeof en>>} */
const LANGUAGES = { de, en, es, fr, ja, ko, zh };

/**
 * The text under a key, such as `say("mask.range", { first: 0, last: 2 })`; English where it is not
 * translated, or the editor speaks a language that the widgets do not.
 *
 * @param {Key} key
 * @param {Record<string, string | number>} [values] for the words in braces
 */
export function say(key, values = {}) {
  return (texts()[key] ?? en[key]).replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** The name of an edit vector: translated for the bundled models', else as it is, without _. */
export function sayVector(/** @type {string} */ name) {
  const key = /** @type {Key} */ (`vector.${name}`);
  return texts()[key] ?? en[key] ?? name.replaceAll("_", " ");
}

function texts() {
  return LANGUAGES[app.extensionManager?.setting?.get("Comfy.Locale")] ?? en;
}
