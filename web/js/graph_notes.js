// @ts-check
/**
 * The note of an example graph and the titles that it gives its nodes, in the editor's language. The
 * editor has no languages for what is written in graphs, so it is done once, when the graph is opened
 * for the first time; from then on the note and the titles are the user's.
 */

import { graphTexts } from "./template_texts.js";

const MARK = "styleganex_graph"; // a property of the note: the graph's name

/**
 * Puts a graph's data into a language. English ones, and what is not translated yet, stay as they are.
 * @param {any} graph
 * @param {import('./template_texts.js').GraphTexts} texts
 */
export function translateGraph(graph, texts) {
  const nodes = Array.isArray(graph?.nodes) ? graph.nodes : [];
  const note = nodes.find((/** @type {any} */ node) => node?.properties?.[MARK]);
  if (!note) return;
  const { [MARK]: name, ...properties } = note.properties;
  note.properties = properties;
  if (!Object.hasOwn(texts.notes, name) || !Object.hasOwn(texts.graphs, name)) return;
  note.widgets_values = [`## ${texts.graphs[name].title}\n\n${texts.notes[name].lines.join("\n")}`];
  note.title = texts.note;
  for (const node of nodes) {
    if (Object.hasOwn(texts.titles, node.title)) node.title = texts.titles[node.title];
  }
}

export function graphNotesExtension(/** @type {any} */ app) {
  return {
    name: "StyleGANEX.GraphNotes",
    beforeConfigureGraph(/** @type {any} */ graph) {
      translateGraph(graph, graphTexts(app));
    },
  };
}
