// @ts-check
/** The example graphs in the order in which they are best tried: the server lists them in any order. */

const PACK = "ComfyUI-StyleGANEX";
const FIRST = ["start-here", "edit-a-portrait", "edit-a-photo"];
const LAST = "official-"; // these need a download

export function templatesExtension(/** @type {any} */ app, /** @type {any} */ api) {
  const list = api.getWorkflowTemplates?.bind(api);
  if (list) api.getWorkflowTemplates = async () => sortOurs(await list());
  return { name: "StyleGANEX.Templates" };
}

/**
 * The same lists by pack, ours in order.
 * @param {Record<string, string[]>} templates
 * @returns {Record<string, string[]>}
 */
export function sortOurs(templates) {
  const ours = templates?.[PACK];
  if (!Array.isArray(ours)) return templates;
  const rank = (/** @type {string} */ name) => {
    const first = FIRST.indexOf(name);
    if (first >= 0) return first;
    return FIRST.length + Number(name.startsWith(LAST));
  };
  const sorted = [...ours].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  return { ...templates, [PACK]: sorted };
}
