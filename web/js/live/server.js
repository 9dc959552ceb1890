// @ts-check
/** The routes of live editing; docs/live-editing.md documents them. */

import { say } from "../shared/texts.js";

/** @typedef {import('./follower.js').Answer} Answer */

/** @param {any} api ComfyUI's `api` */
export function liveServer(api) {
  /** @param {string} path @param {object} body */
  const post = (path, body) =>
    api.fetchApi(`/styleganex/live/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });

  return {
    /**
     * A picture, or why there is none.
     * @param {{handle: string} & import('./follower.js').Wish} request
     * @returns {Promise<Answer>}
     */
    async picture(request) {
      try {
        const response = await post("picture", request);
        if (response.headers.get("Content-Type")?.startsWith("image/")) {
          return { picture: await response.blob() };
        }
        return await response.json();
      } catch {
        return { type: "offline", message: say("live.offline") };
      }
    },

    /** @param {string[]} handles @param {boolean} replaced */
    async release(handles, replaced) {
      try {
        await post("release", { handles, replaced });
      } catch {
        // A server that is gone holds nothing.
      }
    },
  };
}
