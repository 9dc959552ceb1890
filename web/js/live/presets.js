// @ts-check
/**
 * Named sets of strengths, each a JSON file in the user's folder of ComfyUI, styleganex/presets:
 * {"strengths": {"smile": 1.5, "age": -1}}. Copied from one user to another they go on working.
 */

import { LARGEST_STRENGTH } from "./strength_text.js";

const ROOT = "styleganex";
const FOLDER = `${ROOT}/presets`;
const ENDING = ".json";
const LONGEST_NAME = 60; // characters

export class Presets {
  /** @type {string[]} */
  names = [];
  /** @type {Set<() => void>} called when the names have changed */
  heard = new Set();

  constructor(/** @type {any} */ api) {
    this.api = api;
  }

  /** Looks which there are. Folders that do not exist are not asked for: that would be an error. */
  async look() {
    const held = async (/** @type {string} */ path) => {
      const answer = await this.api.fetchApi(`/v2/userdata?path=${encodeURIComponent(path)}`);
      return answer.ok ? /** @type {{path: string}[]} */ (await answer.json()) : [];
    };
    try {
      const root = await held("");
      const found = root.some(({ path }) => path === ROOT) ? await held(ROOT) : [];
      this.names = found
        .map(({ path }) => path)
        .filter((path) => path.startsWith(`${FOLDER}/`) && path.endsWith(ENDING))
        .map((path) => path.slice(FOLDER.length + 1, -ENDING.length))
        .sort((a, b) => a.localeCompare(b));
    } catch {
      this.names = []; // a server that is away, or an older one
    }
    this.heard.forEach((hear) => hear());
  }

  /** The strengths of a preset; null where there is none that can be read. */
  async read(/** @type {string} */ name) {
    try {
      const answer = await this.api.getUserData(fileOf(name));
      return answer.ok ? parsePreset(await answer.text()) : null;
    } catch {
      return null;
    }
  }

  /** Keeps strengths under a name, in the place of any before. @returns {Promise<boolean>} */
  async keep(/** @type {string} */ name, /** @type {Map<string, number>} */ strengths) {
    if (!safeName(name)) return false;
    try {
      const text = writePreset(strengths);
      const options = { overwrite: true, stringify: false, throwOnError: true };
      await this.api.storeUserData(fileOf(name), text, options);
    } catch {
      return false;
    }
    await this.look();
    return true;
  }
}

/** A name that every system takes for a file; "" where nothing of it is left. */
export function safeName(/** @type {string} */ name) {
  const safe = name.replace(/[<>:"/\\|?*\p{C}]/gu, "_").replace(/^[.\s]+|[.\s]+$/g, "");
  return [...safe].slice(0, LONGEST_NAME).join("");
}

const fileOf = (/** @type {string} */ name) => `${FOLDER}/${safeName(name)}${ENDING}`;

export function writePreset(/** @type {Map<string, number>} */ strengths) {
  const kept = [...strengths].filter(([, strength]) => strength !== 0);
  return `${JSON.stringify({ strengths: Object.fromEntries(kept) }, null, 2)}\n`;
}

/**
 * The strengths of a preset's file; null for one that is no preset.
 * @returns {Map<string, number> | null}
 */
export function parsePreset(/** @type {string} */ text) {
  try {
    const entries = Object.entries(JSON.parse(text).strengths);
    const fits = entries.every(
      ([, strength]) => typeof strength === "number" && Math.abs(strength) <= LARGEST_STRENGTH,
    );
    return fits ? new Map(/** @type {[string, number][]} */ (entries)) : null;
  } catch {
    return null;
  }
}
