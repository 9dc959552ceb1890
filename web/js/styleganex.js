// @ts-check
/** The one file that acts: registers the extensions that the other modules make. */

import { api } from "../../../scripts/api.js";
import { app } from "../../../scripts/app.js";
import { beforeAfterExtension } from "./before_after.js";
import { finishedExtension } from "./finished.js";
import { graphNotesExtension } from "./graph_notes.js";
import { layerMaskExtension } from "./layer_mask.js";
import { liveEditExtension } from "./live/live_edit.js";
import { loadPhotoExtension } from "./load_photo.js";
import { missingModelsExtension } from "./missing_models.js";
import { addStyleSheet } from "./shared/element.js";
import { sweepViewExtension } from "./sweep_view.js";
import { templatesExtension } from "./templates.js";
import { timeLeftExtension } from "./time_left.js";
import { transformGizmoExtension } from "./transform_gizmo.js";

const EXTENSIONS = [
  layerMaskExtension,
  transformGizmoExtension,
  sweepViewExtension,
  beforeAfterExtension,
  liveEditExtension,
  loadPhotoExtension,
  finishedExtension,
  missingModelsExtension,
  graphNotesExtension,
  templatesExtension,
  timeLeftExtension,
];

addStyleSheet(new URL("./styleganex.css", import.meta.url));
for (const make of EXTENSIONS) app.registerExtension(make(app, api));
