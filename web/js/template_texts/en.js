// @ts-check
/** What the example graphs are called and about, in English. */
export default {
  "graphs": {
    "start-here": {
      "title": "Start here",
      "about": "Drop a photo, press Run, move a slider: the whole photo follows and is saved."
    },
    "edit-a-portrait": {
      "title": "Edit a portrait",
      "about": "Sliders for a single face, with an optional Step II for a closer likeness."
    },
    "edit-a-photo": {
      "title": "Edit a photo",
      "about": "The walk in single nodes: crop the face, encode, optimize, edit, paste it back."
    },
    "group-photo": {
      "title": "Group photo",
      "about": "Every face of a picture, edited in one pass and put back in its place."
    },
    "encode-edit-decode": {
      "title": "Encode, edit, decode",
      "about": "The shortest graph: a picture to latents, an edit, a picture again."
    },
    "optimise": {
      "title": "Optimise, then edit",
      "about": "Refines latents step by step until they show the person, then edits them."
    },
    "style-mix": {
      "title": "Style mix",
      "about": "The place and pose of one person with the looks of another."
    },
    "feature-transform": {
      "title": "Feature transform",
      "about": "Moves, turns, resizes or mirrors the face inside its picture."
    },
    "domain-swap": {
      "title": "Domain swap",
      "about": "Another generator draws the same face: as a toon or in ink."
    },
    "sample": {
      "title": "Sample",
      "about": "People who do not exist, straight from the generator."
    },
    "find-edit-vectors": {
      "title": "Find edit vectors",
      "about": "New edits without a download, from the weights or from random people."
    },
    "super-resolution": {
      "title": "Super-resolution",
      "about": "A tiny face, enlarged and redrawn in detail."
    },
    "sketch-to-face": {
      "title": "Sketch to face",
      "about": "Faces along the lines of a drawing, with random looks or those of a reference."
    },
    "mask-to-face": {
      "title": "Mask to face",
      "about": "Faces of the layout that a painted label map gives."
    },
    "video-edit": {
      "title": "Edit a video",
      "about": "Finds who is in a clip and edits them frame by frame, with sound."
    },
    "video-two-people": {
      "title": "Two people, an edit each",
      "about": "Two people cross in a clip, and each gets an edit of their own."
    },
    "video-toonify": {
      "title": "Toonify a video",
      "about": "Every face of a clip drawn as a cartoon, in place."
    },
    "video-frames": {
      "title": "Edit frames as images",
      "about": "The edit of a clip on a batch of images, for other video nodes."
    },
    "official-edit": {
      "title": "Official weights: edit",
      "about": "Inversion and edit of a whole photo with the authors' weights. Needs a download."
    },
    "official-edit-video": {
      "title": "Official weights: edit a video",
      "about": "A clip edited with the authors' weights, with sound. Needs a download."
    },
    "official-toonify": {
      "title": "Official weights: toonify",
      "about": "A clip drawn as a cartoon by the authors' weights. Needs a download."
    },
    "official-super-resolution": {
      "title": "Official weights: super-resolution",
      "about": "A tiny face redrawn by the authors' weights. Needs a download."
    },
    "official-sketch-to-face": {
      "title": "Official weights: sketch to face",
      "about": "Four faces along the lines of a photo. Needs a download."
    },
    "official-mask-to-face": {
      "title": "Official weights: mask to face",
      "about": "Four faces of the layout of a photo. Needs a download."
    }
  },
  "note": "About this graph"
};
