// @ts-check
/** The inputs that sliders show and write: strengths of all faces, and of the one that is chosen. */

import { isConnected, makeGesture, readInput, writeInputs } from "../shared/inputs.js";
import { moveStrengths, readFaceStrengths, setStrengths, strengthsOf } from "./face_strengths.js";
import { readStrengths } from "./strength_text.js";

const LONGEST_GESTURE_MS = 5000; // without a further change

/** @typedef {{strengths: string, face_strengths: string}} Texts */

export class Settings {
  /** The face that sliders are for, counted from 1; 0 for all. */
  face = 0;
  #settling = 0;

  /**
   * @param {any} app
   * @param {any} node
   * @param {() => import('./results.js').Result | null} lastRun
   * @param {() => void} changed called after each change by a hand
   */
  constructor(app, node, lastRun, changed) {
    this.app = app;
    this.node = node;
    this.lastRun = lastRun;
    this.changed = changed;
    this.gesture = makeGesture(app);
  }

  /** The texts as they count; what another node feeds in is known from the last run. */
  get texts() {
    return { strengths: this.#read("strengths"), face_strengths: this.#read("face_strengths") };
  }

  get layers() {
    return this.#read("layers") || "all";
  }

  /** Whether another node sets what the sliders would. */
  get connected() {
    return isConnected(this.node, "strengths") || isConnected(this.node, "face_strengths");
  }

  /** What the texts say; null for texts that cannot be read. */
  read() {
    const { strengths, face_strengths } = this.texts;
    const common = readStrengths(strengths);
    const faces = readFaceStrengths(face_strengths);
    return common && faces ? { common, faces } : null;
  }

  /** What the sliders show; null where the texts cannot be read. */
  shown() {
    const both = this.read();
    return both && strengthsOf(both, this.face);
  }

  /** Some strengths of the chosen face, or of all. */
  move(/** @type {Map<string, number>} */ moved) {
    this.write(moveStrengths(this.#both(), this.face, moved));
  }

  /** These strengths and no others. */
  set(/** @type {Map<string, number>} */ wanted) {
    this.write(setStrengths(this.#both(), this.face, wanted));
  }

  write(/** @type {Texts} */ texts) {
    this.gesture.begin();
    writeInputs(this.app, this.node, texts);
    this.changed();
    this.settle(LONGEST_GESTURE_MS);
  }

  /** The change is complete, and one step of undo. @param {number} after ms, if nothing follows */
  settle(after) {
    clearTimeout(this.#settling);
    if (after) this.#settling = setTimeout(() => this.gesture.end(), after);
    else this.gesture.end();
  }

  #both() {
    return this.read() ?? { common: new Map(), faces: new Map() };
  }

  #read(/** @type {"strengths" | "face_strengths" | "layers"} */ name) {
    const value = isConnected(this.node, name) ? this.lastRun()?.[name] : readInput(this.node, name);
    return String(value ?? "");
  }
}
