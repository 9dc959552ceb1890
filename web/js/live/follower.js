// @ts-check
/**
 * Requests pictures one at a time and always for the latest settings: settings that were replaced
 * in the meantime are skipped.
 */

const RETRY_MS = 300; // after another page's request for the same result went first
const LONG_RETRY_MS = 3000; // after a refusal or a lost answer, where nobody says that it is over

/**
 * @typedef {{strengths: string, layers: string, side: number, zoom?: number, face_strengths?: string,
 *   face?: number}} Wish side: px of the longer one; zoom: how near the faces of a photo are shown;
 *   face: the one in the middle, 0 for all
 * @typedef {{picture?: Blob, type?: string, message?: string}} Answer
 */

export class Follower {
  /** @type {Wish | null} */
  #wanted = null;
  /** @type {Wish | null} asked for when nothing else is wanted */
  #spare = null;
  #asking = false;
  #paused = false;
  #held = false;
  #closed = false;
  #resumed = false; // since the last request was sent
  #retry = 0;
  #generation = 0; // answers to wishes of an earlier one are not told

  /**
   * @param {(wish: Wish) => Promise<Answer>} ask
   * @param {(answer: Answer, spare: boolean) => Promise<void>} tell hears every answer that
   *   still matters
   * @param {(busy: boolean) => void} stir hears when asking begins and when nothing is left to ask
   */
  constructor(ask, tell, stir) {
    this.ask = ask;
    this.tell = tell;
    this.stir = stir;
  }

  /** Whether a picture is still to come. */
  get asking() {
    return this.#asking || this.#wanted !== null;
  }

  /** @param {Wish} wish */
  want(wish) {
    this.#wanted = wish;
    this.#paused = false;
    void this.#run();
  }

  /** A picture to have ready, for when there is time. @param {Wish} wish */
  prepare(wish) {
    this.#spare = wish;
    void this.#run();
  }

  /** Ask again for what could not be had, for example because a graph was running. */
  resume() {
    this.#resumed = true;
    this.#paused = false;
    void this.#run();
  }

  /** Ask nothing while the server is away. @param {boolean} held */
  hold(held) {
    this.#held = held;
    if (!held) this.resume();
  }

  /** Forget all wishes; an answer on its way is not told. */
  clear() {
    this.#wanted = this.#spare = null;
    this.#generation += 1;
  }

  close() {
    this.clear();
    clearTimeout(this.#retry);
    this.#closed = true;
  }

  async #run() {
    if (this.#asking) return;
    this.#asking = true;
    this.stir(true);
    while ((this.#wanted || this.#spare) && !this.#paused && !this.#held && !this.#closed) {
      const spare = !this.#wanted;
      const wish = /** @type {Wish} */ (this.#wanted ?? this.#spare);
      if (spare) this.#spare = null;
      else this.#wanted = null;
      const generation = this.#generation;
      this.#resumed = false;
      const answer = await this.ask(wish);
      if (generation !== this.#generation) continue;
      if (answer.type === "busy" || answer.type === "offline" || answer.type === "superseded") {
        if (spare) this.#spare ??= wish;
        else this.#wanted ??= wish;
        this.#pause(answer.type, wish);
      }
      await this.tell(answer, spare);
    }
    this.#asking = false;
    this.stir(false);
  }

  /**
   * Waits before what was refused is asked for again. What ends a refusal may be heard before the
   * refusal itself; and a request that was lost on its way is not told of at all.
   * @param {string} why @param {Wish} wish
   */
  #pause(why, wish) {
    if (why === "superseded") this.#paused = (this.#wanted ?? this.#spare) === wish;
    else this.#paused = !this.#resumed;
    clearTimeout(this.#retry);
    const wait = why === "superseded" ? RETRY_MS : LONG_RETRY_MS;
    this.#retry = setTimeout(() => this.resume(), wait);
  }
}
