// @ts-check
/** Presets over the sliders: one to choose, and a button that keeps the present strengths. */

import { make } from "../shared/element.js";
import { say } from "../shared/texts.js";

export class PresetBar {
  /**
   * @param {any} app
   * @param {import('./presets.js').Presets} presets
   * @param {{read: () => Map<string, number>, apply: (strengths: Map<string, number>) => void}} heard
   */
  constructor(app, presets, heard) {
    this.app = app;
    this.presets = presets;
    this.heard = heard;
    this.choice = make("select", { "aria-label": say("live.presets") });
    this.choice.addEventListener("change", () => this.#apply(this.choice.value));
    this.keep = make("button", { type: "button", textContent: "＋" });
    this.keep.setAttribute("aria-label", say("live.presets.keep"));
    this.keep.title = say("live.presets.keep");
    this.keep.addEventListener("click", () => this.#keep());
    this.element = make("div", { className: "bar presets" }, this.choice, this.keep);
    this.show = () => this.#show();
    presets.heard.add(this.show);
    this.#show();
  }

  close() {
    this.presets.heard.delete(this.show);
  }

  /** Whether strengths may be set. */
  enable(/** @type {boolean} */ able) {
    this.choice.disabled = !able;
  }

  #show() {
    const title = make("option", { value: "", textContent: `${say("live.presets")} …` });
    const named = this.presets.names.map((name) =>
      make("option", { value: name, textContent: name }),
    );
    this.choice.replaceChildren(title, ...named);
  }

  async #apply(/** @type {string} */ name) {
    this.choice.value = ""; // so that the same one can be chosen again
    const strengths = name ? await this.presets.read(name) : null;
    if (strengths) this.heard.apply(strengths);
    else if (name) this.#complain();
  }

  async #keep() {
    const name = await this.app.extensionManager?.dialog?.prompt({
      title: say("live.presets.keep"),
      message: say("live.presets.name"),
      defaultValue: "",
    });
    if (name && !(await this.presets.keep(name, this.heard.read()))) this.#complain();
  }

  #complain() {
    const detail = say("live.presets.failed");
    this.app.extensionManager?.toast?.add({
      severity: "warn",
      summary: "StyleGANEX",
      detail,
      life: 8000,
    });
  }
}
