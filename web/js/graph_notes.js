// @ts-check
/**
 * The note of an example graph in the editor's language, as far as it is translated. The editor has no
 * languages for what is written in graphs, so it is done once, when the graph is opened for the first
 * time; from then on the note is the user's.
 */

import { graphTexts } from "./template_texts.js";

const MARK = "styleganex_graph"; // a property of the note: the graph's name

/**
 * Puts a graph's data into a language.
 * @param {any} graph
 * @param {import('./template_texts.js').GraphTexts} texts
 */
export function translateGraph(graph, texts) {
  const nodes = Array.isArray(graph?.nodes) ? graph.nodes : [];
  const note = nodes.find((/** @type {any} */ node) => node?.properties?.[MARK]);
  if (!note) return;
  const { [MARK]: name, ...properties } = note.properties;
  note.properties = properties;
  const known = texts.graphs[name];
  if (!known || !texts.english) return; // as it is: in English
  const english = String(note.widgets_values?.[0] ?? "").replace(/^## .*\n+/, "");
  const text = texts.notes[name] ?? `${known.about}\n\n*${texts.english}*\n\n${english}`;
  note.widgets_values = [`## ${known.title}\n\n${text}`];
  note.title = texts.note;
  for (const node of nodes) node.title = texts.titles[node.title] ?? node.title;
}

export function graphNotesExtension(/** @type {any} */ app) {
  return {
    name: "StyleGANEX.GraphNotes",
    beforeConfigureGraph(/** @type {any} */ graph) {
      translateGraph(graph, graphTexts(app));
    },
  };
}
