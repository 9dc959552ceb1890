// @ts-check
/**
 * The example graphs in the template list: in the order in which they are best tried, each with a title
 * and a description in the editor's language. The server lists file names alone, in any order; lists with
 * texts come from ComfyUI's own graphs, beside which ours are put.
 */

import { graphTexts, LANGUAGES } from "./template_texts.js";

const FIRST = ["start-here", "edit-a-portrait", "edit-a-photo"];
const LAST = "official-"; // these need a download

/**
 * @param {any} app
 * @param {any} api
 * @param {string} address of this module, which names the folder that the pack was installed into
 */
export function templatesExtension(app, api, address = import.meta.url) {
  const pack = nameOfPack(address);
  const list = api.getWorkflowTemplates?.bind(api);
  const listCore = api.getCoreWorkflowTemplates?.bind(api);
  if (list && listCore) {
    api.getWorkflowTemplates = async () => {
      const { [pack]: ours, ...others } = await list();
      return others;
    };
    api.getCoreWorkflowTemplates = async (/** @type {any[]} */ ...options) => {
      const [core, named] = await Promise.all([listCore(...options), list()]);
      const ours = named?.[pack];
      if (!Array.isArray(ours)) return core;
      const texts = { ...LANGUAGES.en.graphs, ...graphTexts(app).graphs };
      return [...(Array.isArray(core) ? core : []), describe(pack, ours, texts)];
    };
  }
  return { name: "StyleGANEX.Templates" };
}

/** The folder of this pack in custom_nodes. */
export function nameOfPack(/** @type {string} */ address) {
  const found = /\/extensions\/([^/]+)\//.exec(address);
  return found ? decodeURIComponent(found[1]) : "ComfyUI-StyleGANEX";
}

/**
 * The list of a pack's graphs as ComfyUI lists its own.
 * @param {string} pack
 * @param {string[]} names
 * @param {Record<string, {title: string, about: string}>} texts
 */
export function describe(pack, names, texts) {
  const templates = sortGraphs(names).map((name) => ({
    name,
    title: texts[name]?.title ?? name,
    description: texts[name]?.about ?? name,
    mediaType: "image",
    mediaSubtype: "jpg",
  }));
  return { moduleName: pack, title: pack, type: "image", templates };
}

/** @param {string[]} names */
export function sortGraphs(names) {
  const rank = (/** @type {string} */ name) => {
    const first = FIRST.indexOf(name);
    if (first >= 0) return first;
    return FIRST.length + Number(name.startsWith(LAST));
  };
  return [...names].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}
