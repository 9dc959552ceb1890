// @ts-check
/** What the example graphs are called, are about and have written in them, in the editor's language. */

import deNotes from "./note_texts/de.js";
import esNotes from "./note_texts/es.js";
import frNotes from "./note_texts/fr.js";
import jaNotes from "./note_texts/ja.js";
import koNotes from "./note_texts/ko.js";
import zhNotes from "./note_texts/zh.js";
import de from "./template_texts/de.js";
import en from "./template_texts/en.js";
import es from "./template_texts/es.js";
import fr from "./template_texts/fr.js";
import ja from "./template_texts/ja.js";
import ko from "./template_texts/ko.js";
import zh from "./template_texts/zh.js";

/**
 * @typedef {{graphs: Record<string, {title: string, about: string}>, note: string,
 *   titles: Record<string, string>, notes: Record<string, {english: string, lines: string[]}>}} GraphTexts
 *   `graphs` by file name; `note`: the title of a graph's note; `titles` of nodes by the English ones;
 *   `notes` below their headings, with the mark of the English text that they were made from. A
 *   language may lack any of these: they are English then
 */

/** English notes and titles are those that the graphs bring. @type {Record<string, GraphTexts>} */
export const LANGUAGES = {
  de: { ...de, notes: deNotes },
  en: { ...en, titles: {}, notes: {} },
  es: { ...es, notes: esNotes },
  fr: { ...fr, notes: frNotes },
  ja: { ...ja, notes: jaNotes },
  ko: { ...ko, notes: koNotes },
  zh: { ...zh, notes: zhNotes },
};

/** The texts of the editor's language, English where we do not speak it. @returns {GraphTexts} */
export function graphTexts(/** @type {any} */ app) {
  return LANGUAGES[app.extensionManager?.setting?.get("Comfy.Locale")] ?? LANGUAGES.en;
}
