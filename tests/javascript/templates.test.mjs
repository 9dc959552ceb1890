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

test("the first graph's note and titles are in the editor's language, others' begin in it", () => {
  for (const [language, texts] of Object.entries(LANGUAGES)) {
    const first = read("start-here");
    const titles = first.nodes.map(({ title }) => title);
    const english = noteOf(first).widgets_values[0];
    translateGraph(first, texts);
    const note = noteOf(first);
    assert.deepEqual(note.properties, {}, "it is translated once");
    if (language === "en") {
      assert.equal(note.widgets_values[0], english);
      assert.deepEqual(first.nodes.map(({ title }) => title), titles);
      continue;
    }
    assert.ok(note.widgets_values[0].startsWith(`## ${texts.graphs["start-here"].title}\n\n1. `));
    assert.ok(!note.widgets_values[0].includes("The model finds"));
    assert.equal(note.title, texts.note);
    const stayed = first.nodes.filter(({ title }, index) => title && title === titles[index]);
    assert.deepEqual(stayed, [], language);
    if (!texts.graphs["style-mix"]) continue;
    const other = read("style-mix");
    translateGraph(other, texts);
    const begun = noteOf(other).widgets_values[0];
    assert.ok(begun.startsWith(`## ${texts.graphs["style-mix"].title}\n\n${texts.graphs["style-mix"].about}`));
    assert.ok(begun.includes("The place and pose of one person") && !begun.includes("## Style mix"));
  }
});

test("a note that somebody has saved is theirs", () => {
  const graph = read("sample");
  translateGraph(graph, LANGUAGES.en);
  const saved = structuredClone(graph);
  translateGraph(graph, LANGUAGES.ja);
  assert.deepEqual(graph, saved);
  for (const none of [undefined, {}, { nodes: [{}] }, { nodes: 3 }]) translateGraph(none, LANGUAGES.ja);
});
