// @ts-check
/**
 * The numbers of a Feature Transform. Convention: x to the right and y down, in cells of 8 px of
 * the encoded picture, from its centre; rotation in degrees counter-clockwise; mirror, then scale,
 * turn and move.
 */

/** @typedef {{dx: number, dy: number, rotation: number, scale: number, flip: boolean}} Transform */
/** @typedef {{x: number, y: number}} Point */

/** @type {Transform} */
export const NOTHING = { dx: 0, dy: 0, rotation: 0, scale: 1, flip: false };

// The node's own limits and steps.
const FARTHEST = 64;
const HALF_CELL = 0.5;
const [SMALLEST, LARGEST, SCALE_STEP] = [0.25, 4, 0.05];

const clamp = (
  /** @type {number} */ value,
  /** @type {number} */ low,
  /** @type {number} */ high,
) => Math.min(Math.max(value, low), high);
const roundTo = (/** @type {number} */ value, /** @type {number} */ step) =>
  Number((Math.round(value / step) * step).toFixed(4));

/** The transform with its numbers on the node's steps and within its limits. */
export function settle(
  /** @type {Transform} */ { dx, dy, rotation, scale, flip },
  step = HALF_CELL,
) {
  const turned = ((((Math.round(rotation) + 180) % 360) + 360) % 360) - 180; // -180 up to 179
  return {
    dx: clamp(roundTo(dx, step), -FARTHEST, FARTHEST),
    dy: clamp(roundTo(dy, step), -FARTHEST, FARTHEST),
    rotation: turned,
    scale: clamp(roundTo(scale, SCALE_STEP), SMALLEST, LARGEST),
    flip,
  };
}

/** Moved as far as a drag from one point to another. */
export function move(
  /** @type {Transform} */ start,
  /** @type {Point} */ from,
  /** @type {Point} */ to,
) {
  return { ...start, dx: start.dx + to.x - from.x, dy: start.dy + to.y - from.y };
}

/** Resized about the frame's centre, so that a corner follows the pointer. */
export function resize(
  /** @type {Transform} */ start,
  /** @type {Point} */ from,
  /** @type {Point} */ to,
) {
  const reach = (/** @type {Point} */ { x, y }) => Math.hypot(x - start.dx, y - start.dy);
  return { ...start, scale: (start.scale * reach(to)) / Math.max(reach(from), 1e-3) };
}

/** Turned about the frame's centre, so that the knob follows the pointer. */
export function turn(
  /** @type {Transform} */ start,
  /** @type {Point} */ from,
  /** @type {Point} */ to,
) {
  const angle = (/** @type {Point} */ { x, y }) => Math.atan2(-(y - start.dy), x - start.dx);
  return { ...start, rotation: start.rotation + ((angle(to) - angle(from)) * 180) / Math.PI };
}

/** As an SVG transform of things drawn about the picture's centre. */
export function toSvg(/** @type {Transform} */ { dx, dy, rotation, scale, flip }) {
  return `translate(${dx} ${dy}) rotate(${-rotation}) scale(${flip ? -scale : scale} ${scale})`;
}
