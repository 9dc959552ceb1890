// @ts-check
/** The one file that acts: registers the extensions that the other modules make. */

import { api } from "../../../scripts/api.js";
import { app } from "../../../scripts/app.js";
import { layerMaskExtension } from "./layer_mask.js";
import { liveEditExtension } from "./live/live_edit.js";
import { addStyleSheet } from "./shared/element.js";
import { transformGizmoExtension } from "./transform_gizmo.js";

addStyleSheet(new URL("./styleganex.css", import.meta.url));
for (const make of [layerMaskExtension, transformGizmoExtension, liveEditExtension]) app.registerExtension(make(app, api));
