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
  "english": "Alles Weitere steht hier auf Englisch.",
  "titles": {
    "1. Your photo: drop it here": "1. Ihr Foto: hier ablegen",
    "2. Move the sliders": "2. Regler bewegen",
    "3. Run again to save": "3. Zum Speichern erneut ausführen"
  },
  "notes": {
    "start-here": "1. Drücken Sie **Ausführen**. Das Modell findet das Gesicht und sieht es sich an, in ein oder zwei Sekunden.\n2. Bewegen Sie einen Regler in *Live Edit*: Das ganze Foto folgt sofort, ohne neuen Lauf. **+** und **−** zoomen, **↺** setzt einen Regler auf 0.\n3. **Drücken und halten Sie das Bild**, um mit vorher zu vergleichen.\n4. Drücken Sie noch einmal **Ausführen**, um in `output/StyleGANEX` zu speichern, was Sie sehen.\n\n**Ihr eigenes Foto**: Legen Sie es auf dem ersten Knoten ab oder drücken Sie dessen Knopf, dann **Ausführen**. Jede Größe ist recht, neu zu verbinden ist nichts. Von mehreren Gesichtern wird das größte bearbeitet: `which` in *Crop Face* wählt ein anderes, oder mit `all` alle, jedes mit eigenen Reglern.\n\nWas keine Bearbeitung ändert, bleibt Pixel für Pixel das Foto. Das mitgelieferte Modell ist klein: Zwei Striche am Regler zeigen, wie weit eine Bearbeitung bei echten Menschen wirkt.\n\n*Edit Face* ist all das in einem Knoten."
  }
};
