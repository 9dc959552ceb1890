// @ts-check
/** What the example graphs are called and about, in the editor's language. */

import de from "./template_texts/de.js";
import en from "./template_texts/en.js";
import es from "./template_texts/es.js";
import fr from "./template_texts/fr.js";
import ja from "./template_texts/ja.js";
import ko from "./template_texts/ko.js";
import zh from "./template_texts/zh.js";

/**
 * @typedef {{graphs: Record<string, {title: string, about: string}>, note: string, english: string,
 *   titles: Record<string, string>, notes: Record<string, string>}} GraphTexts `graphs` by file name;
 *   `note`: the title of a graph's note; `english`: what is said above a note in English; `titles` of
 *   nodes by the English ones; `notes` that are translated whole. A language may lack graphs
 */

/** @type {Record<string, GraphTexts>} */
export const LANGUAGES = { de, en, es, fr, ja, ko, zh };

/** The texts of the editor's language, English where we do not speak it. @returns {GraphTexts} */
export function graphTexts(/** @type {any} */ app) {
  return LANGUAGES[app.extensionManager?.setting?.get("Comfy.Locale")] ?? LANGUAGES.en;
}
