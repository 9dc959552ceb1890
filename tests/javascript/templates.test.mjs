import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

import { translateGraph } from "../../web/js/graph_notes.js";
import { LANGUAGES } from "../../web/js/template_texts.js";
import { describe, nameOfPack, sortGraphs, templatesExtension } from "../../web/js/templates.js";

const OURS = "ComfyUI-StyleGANEX";
const FOLDER = new URL("../../workflows/", import.meta.url);
const GRAPHS = readdirSync(FOLDER).filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5));
const read = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));
const noteOf = (graph) => graph.nodes.find((node) => node.type === "MarkdownNote");
const appIn = (language) => ({ extensionManager: { setting: { get: () => language } } });

test("the first graph to try comes first, those that need a download last", () => {
  const sorted = sortGraphs(["video-edit", "official-edit", "start-here", "domain-swap"]);
  assert.deepEqual(sorted, ["start-here", "domain-swap", "video-edit", "official-edit"]);
});

test("every graph has a title and a description of its own in English, and in other languages as far as it is translated", () => {
  const english = LANGUAGES.en.graphs;
  assert.deepEqual(Object.keys(english).sort(), [...GRAPHS].sort());
  for (const [language, { graphs }] of Object.entries(LANGUAGES)) {
    assert.deepEqual(Object.keys(graphs).filter((name) => !english[name]), [], language);
    const texts = Object.values(graphs).flatMap(({ title, about }) => [title, about]);
    assert.equal(new Set(texts).size, texts.length, `${language}: two are alike`);
    for (const [name, { title, about }] of Object.entries(graphs)) {
      assert.ok(!/[-_]/.test(about), `${language}, ${name}: editors turn - and _ into spaces`);
      assert.ok(title.length <= 40 && about.length <= 120, `${language}, ${name}: too long for a card`);
      if (language === "en") continue;
      assert.notEqual(title, english[name].title, `${language}, ${name}`);
      assert.notEqual(about, english[name].about, `${language}, ${name}`);
    }
  }
});

test("the list names ours with their texts, whatever folder they are in", async () => {
  const api = {
    getWorkflowTemplates: async () => ({ other: ["a"], mine: ["sample", "start-here", "new"] }),
    getCoreWorkflowTemplates: async (locale) => [{ moduleName: "default", title: locale }],
  };
  templatesExtension(appIn("fr"), api, "http://127.0.0.1:8188/extensions/mine/js/templates.js");
  assert.deepEqual(await api.getWorkflowTemplates(), { other: ["a"] });
  const [core, ours] = await api.getCoreWorkflowTemplates("fr");
  assert.equal(core.title, "fr");
  assert.equal(ours.moduleName, "mine");
  assert.deepEqual(ours.templates.map(({ name }) => name), ["start-here", "new", "sample"]);
  assert.equal(ours.templates[0].title, LANGUAGES.fr.graphs["start-here"].title);
  assert.equal(ours.templates[1].title, "new");
});

test("a graph that is not translated yet is listed and explained in English", async () => {
  const { "sample": sample, ...others } = LANGUAGES.fr.graphs;
  LANGUAGES.fr.graphs = others;
  try {
    const api = { getWorkflowTemplates: async () => ({ [OURS]: ["sample"] }), getCoreWorkflowTemplates: async () => [] };
    templatesExtension(appIn("fr"), api);
    const [ours] = await api.getCoreWorkflowTemplates("fr");
    assert.equal(ours.templates[0].title, LANGUAGES.en.graphs.sample.title);
    const graph = read("sample");
    translateGraph(graph, LANGUAGES.fr);
    assert.equal(noteOf(graph).widgets_values[0], noteOf(read("sample")).widgets_values[0]);
  } finally {
    LANGUAGES.fr.graphs = { ...others, sample };
  }
});

test("a server that lists none of ours, and an editor without such lists, are left alone", async () => {
  const api = {
    getWorkflowTemplates: async () => ({ other: ["a"] }),
    getCoreWorkflowTemplates: async () => "broken",
  };
  templatesExtension(appIn("en"), api);
  assert.deepEqual(await api.getWorkflowTemplates(), { other: ["a"] });
  assert.equal(await api.getCoreWorkflowTemplates(), "broken");
  const early = { getWorkflowTemplates: async () => ({ [OURS]: ["b", "a"] }) };
  templatesExtension(appIn("en"), early);
  assert.deepEqual(await early.getWorkflowTemplates(), { [OURS]: ["b", "a"] });
  templatesExtension(appIn("en"), {});
  assert.equal(nameOfPack("file:///x.js"), OURS);
  assert.equal(describe(OURS, ["x"], {}).templates[0].description, "x");
});

test("every graph's note and titles are in the editor's language, other titles and English stay", () => {
  for (const [language, texts] of Object.entries(LANGUAGES)) {
    for (const name of GRAPHS) {
      const shipped = read(name);
      const graph = read(name);
      graph.nodes[0].title = "Mine";
      translateGraph(graph, texts);
      const note = noteOf(graph);
      assert.deepEqual(note.properties, {}, "it is translated once");
      assert.equal(graph.nodes[0].title, "Mine");
      for (const [index, { title }] of graph.nodes.entries()) {
        const first = shipped.nodes[index].title;
        assert.equal(Boolean(title), Boolean(first) || index === 0);
        if (language === "en") assert.ok(title === first || index === 0);
        else if (first && index && note !== graph.nodes[index]) {
          const translated = texts.graphs[name] && texts.notes[name] && texts.titles[first];
          assert.equal(title, translated ?? first);
        }
      }
      if (language === "en") {
        assert.deepEqual(note.widgets_values, noteOf(shipped).widgets_values);
        continue;
      }
      if (!texts.graphs[name] || !texts.notes[name]) {
        assert.deepEqual(note.widgets_values, noteOf(shipped).widgets_values, "English until it is translated");
        continue;
      }
      assert.equal(note.title, texts.note);
      const [heading, ...lines] = note.widgets_values[0].split("\n");
      assert.equal(heading, `## ${texts.graphs[name].title}`);
      assert.deepEqual(lines, ["", ...texts.notes[name].lines]);
    }
  }
});

test("a graph that is newer than the texts stays as it is", () => {
  const graph = read("sample");
  noteOf(graph).properties.styleganex_graph = "constructor";
  graph.nodes[0].title = "constructor";
  const wanted = structuredClone(graph.nodes);
  delete wanted.at(-1).properties.styleganex_graph;
  translateGraph(graph, LANGUAGES.de);
  assert.deepEqual(graph.nodes, wanted);
});

test("a note that somebody has saved is theirs", () => {
  const graph = read("sample");
  translateGraph(graph, LANGUAGES.en);
  const saved = structuredClone(graph);
  translateGraph(graph, LANGUAGES.ja);
  assert.deepEqual(graph, saved);
  for (const none of [undefined, {}, { nodes: [{}] }, { nodes: 3 }]) translateGraph(none, LANGUAGES.ja);
});
