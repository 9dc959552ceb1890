// @ts-check
/** What the example graphs are called and about, in German. */
export default {
  "graphs": {
    "start-here": {
      "title": "Hier beginnen",
      "about": "Foto ablegen, Ausführen drücken, Regler bewegen: Das ganze Foto folgt und wird gespeichert."
    },
    "edit-a-portrait": {
      "title": "Ein Porträt bearbeiten",
      "about": "Regler für ein einzelnes Gesicht, auf Wunsch mit Schritt II für größere Ähnlichkeit."
    },
    "edit-a-photo": {
      "title": "Ein Foto bearbeiten",
      "about": "Alles in einzelnen Knoten: Gesicht ausschneiden, kodieren, optimieren, bearbeiten, einsetzen."
    },
    "group-photo": {
      "title": "Gruppenfoto",
      "about": "Alle Gesichter eines Bildes in einem Durchgang bearbeitet und wieder eingesetzt."
    },
    "encode-edit-decode": {
      "title": "Kodieren, bearbeiten, dekodieren",
      "about": "Der kürzeste Graph: ein Bild zu Latents, eine Bearbeitung, wieder ein Bild."
    },
    "optimise": {
      "title": "Optimieren, dann bearbeiten",
      "about": "Verfeinert Latents Schritt für Schritt, bis sie die Person zeigen, und bearbeitet sie dann."
    },
    "style-mix": {
      "title": "Stile mischen",
      "about": "Ort und Haltung der einen Person mit dem Aussehen einer anderen."
    },
    "feature-transform": {
      "title": "Merkmale verschieben",
      "about": "Verschiebt, dreht, vergrößert oder spiegelt das Gesicht in seinem Bild."
    },
    "domain-swap": {
      "title": "Anderer Zeichenstil",
      "about": "Ein anderer Generator zeichnet dasselbe Gesicht: als Comic oder in Tusche."
    },
    "sample": {
      "title": "Zufällige Personen",
      "about": "Menschen, die es nicht gibt, direkt aus dem Generator."
    },
    "find-edit-vectors": {
      "title": "Bearbeitungsvektoren finden",
      "about": "Neue Bearbeitungen ohne Download, aus den Gewichten oder aus zufälligen Personen."
    },
    "super-resolution": {
      "title": "Hochskalieren",
      "about": "Ein winziges Gesicht, vergrößert und in allen Einzelheiten neu gezeichnet."
    },
    "sketch-to-face": {
      "title": "Von der Skizze zum Gesicht",
      "about": "Gesichter entlang der Linien einer Zeichnung, mit zufälligem oder vorgegebenem Aussehen."
    },
    "mask-to-face": {
      "title": "Von der Maske zum Gesicht",
      "about": "Gesichter mit dem Aufbau, den eine gemalte Klassenkarte vorgibt."
    },
    "video-edit": {
      "title": "Ein Video bearbeiten",
      "about": "Findet die Personen in einem Clip und bearbeitet sie Bild für Bild, mit Ton."
    },
    "video-two-people": {
      "title": "Zwei Personen, je eine Bearbeitung",
      "about": "Zwei Personen begegnen sich im Clip, und jede bekommt ihre eigene Bearbeitung."
    },
    "video-toonify": {
      "title": "Ein Video als Comic",
      "about": "Jedes Gesicht eines Clips an Ort und Stelle als Comic gezeichnet."
    },
    "video-frames": {
      "title": "Einzelbilder bearbeiten",
      "about": "Die Bearbeitung eines Clips als Bilderstapel, für andere Videoknoten."
    },
    "official-edit": {
      "title": "Offizielle Gewichte: bearbeiten",
      "about": "Ein ganzes Foto mit den Gewichten der Autoren bearbeiten. Braucht einen Download."
    },
    "official-edit-video": {
      "title": "Offizielle Gewichte: Video bearbeiten",
      "about": "Ein Clip, mit den Gewichten der Autoren bearbeitet, mit Ton. Braucht einen Download."
    },
    "official-toonify": {
      "title": "Offizielle Gewichte: Comic",
      "about": "Ein Clip, von den Gewichten der Autoren als Comic gezeichnet. Braucht einen Download."
    },
    "official-super-resolution": {
      "title": "Offizielle Gewichte: Hochskalieren",
      "about": "Ein winziges Gesicht, von den Gewichten der Autoren neu gezeichnet. Braucht einen Download."
    },
    "official-sketch-to-face": {
      "title": "Offizielle Gewichte: Skizze zu Gesicht",
      "about": "Vier Gesichter entlang der Linien eines Fotos. Braucht einen Download."
    },
    "official-mask-to-face": {
      "title": "Offizielle Gewichte: Maske zu Gesicht",
      "about": "Vier Gesichter mit dem Aufbau eines Fotos. Braucht einen Download."
    }
  },
  "note": "Über diesen Graphen",
  "titles": {
    "1. Your photo: drop it here": "1. Ihr Foto: hier ablegen",
    "2. Move the sliders": "2. Regler bewegen",
    "3. Run again to save": "3. Zum Speichern erneut ausführen",
    "The picture: drop your own here": "Das Bild: Ihres hier ablegen",
    "Optimize: a closer likeness": "Latents optimieren: ähnlicher",
    "Edited portrait": "Bearbeitetes Porträt",
    "As encoded": "Wie enkodiert",
    "Edited": "Bearbeitet",
    "Decode: as encoded": "Dekodieren: wie enkodiert",
    "Decode: edited": "Dekodieren: bearbeitet",
    "Decode: before": "Dekodieren: vorher",
    "Decode: before the edit": "Dekodieren: vor der Bearbeitung",
    "Decode: after the edit": "Dekodieren: nach der Bearbeitung",
    "Decode: mixed": "Dekodieren: gemischt",
    "Decode: whose looks": "Dekodieren: wessen Aussehen",
    "Mixed": "Gemischt",
    "Whose looks": "Wessen Aussehen",
    "Clip Edit: person 0 grows older": "Clip-Bearbeitung: Person 0 altert",
    "Clip Edit: person 1 goes blond": "Clip-Bearbeitung: Person 1 wird blond",
    "Crop Face: all": "Gesicht ausschneiden: alle",
    "The group photo": "Das Gruppenfoto",
    "The group, edited": "Die Gruppe, bearbeitet",
    "The faces": "Die Gesichter",
    "Drawn again in detail": "Mit Einzelheiten neu gezeichnet",
    "In detail": "In allen Einzelheiten",
    "What the model was given": "Was das Modell bekam",
    "What was done": "Was getan wurde",
    "What was found": "Was gefunden wurde",
    "Which loss ran": "Verwendeter Verlust",
    "Example Image: a reference": "Beispielbild: eine Referenz",
    "Find Edit Vectors: how people differ": "Bearbeitungsvektoren finden: Unterschiede",
    "Find Edit Vectors: in the weights": "Bearbeitungsvektoren finden: Gewichte",
    "Found in the weights": "In den Gewichten gefunden",
    "How people differ": "Wie Menschen sich unterscheiden",
    "Sweep: a bundled vector": "Stärkenreihe: mitgelieferter Vektor",
    "Sweep: found in the weights": "Stärkenreihe: aus den Gewichten",
    "Sweep: how people differ": "Stärkenreihe: Unterschiede",
    "Four faces": "Vier Gesichter",
    "Four people of one layout": "Vier Personen, ein Aufbau",
    "Four people on one sketch": "Vier Personen, eine Skizze",
    "Sketch to Face: looks of a reference": "Skizze zu Gesicht: nach Referenz",
    "With the looks of the reference": "Mit dem Aussehen der Referenz",
    "The sketch as the model saw it": "Die Skizze aus Sicht des Modells",
    "The sketch, as the model saw it": "Die Skizze aus Sicht des Modells",
    "The label map": "Die Label-Karte",
    "The parts of the face": "Die Teile des Gesichts",
    "In the other look": "Im anderen Aussehen",
    "Load Model: the other look": "Modell laden: anderes Aussehen",
    "In the whole photo": "Im ganzen Foto",
    "The edited crop": "Der bearbeitete Ausschnitt",
    "Moved and turned": "Verschoben und gedreht",
    "Optimised": "Optimiert",
    "Optimised, then edited": "Optimiert, dann bearbeitet",
    "Optimize 1: the styles": "Latents optimieren 1: die Stile",
    "Optimize 2: all": "Latents optimieren 2: alles",
    "Optimize: styles first": "Latents optimieren: erst die Stile",
    "Optimize: then the layout too": "Latents optimieren: dann der Aufbau",
    "People who do not exist": "Menschen, die es nicht gibt",
    "The people and their numbers": "Die Personen und ihre Nummern",
    "Who is in the clip": "Wer im Clip ist"
  }
};
