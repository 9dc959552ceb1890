// @ts-check
/** The notes of the example graphs in German: the lines below the heading, and the mark of the English text. */
export default {
  "start-here": { "english": "7cb7cc4d", "lines": [
    "1. Drücken Sie **Ausführen**. Das Modell findet das Gesicht und sieht es sich an, in ein oder zwei Sekunden.",
    "2. Bewegen Sie einen Regler in *Live-Bearbeitung*: Das ganze Foto folgt sofort, ohne neuen Lauf. **+** und **−** vergrößern und verkleinern, **↺** setzt einen Regler auf 0.",
    "3. **Drücken und halten Sie das Bild**, um mit vorher zu vergleichen.",
    "4. Drücken Sie noch einmal **Ausführen**, um in `output/StyleGANEX` zu speichern, was Sie sehen.",
    "",
    "**Ihr eigenes Foto**: Legen Sie es auf *Ihr Foto* ab oder drücken Sie dort den Knopf, dann **Ausführen**. Jede Größe ist recht, neu zu verbinden ist nichts. Von mehreren Gesichtern wird das größte bearbeitet: `Auswahl` in *Gesicht ausschneiden* wählt ein anderes, oder mit `all` alle, jedes mit eigenen Reglern.",
    "",
    "Was keine Bearbeitung ändert, bleibt Pixel für Pixel das Foto. Das mitgelieferte Modell ist klein und hat seine Bearbeitungen an gerenderten Personen gelernt: Zwei Striche am Regler zeigen, wie weit eine Bearbeitung bei echten Menschen wirkt, *schwach* und **?** kennzeichnen, was kaum zu sehen ist und was nicht gemessen wurde.",
    "",
    "*Gesicht bearbeiten* ist all das in einem Knoten."
  ]},
  "edit-a-portrait": { "english": "56506134", "lines": [
    "1. Drücken Sie **Ausführen**. Das dauert einige Sekunden: Das Modell findet das Gesicht, sieht es sich an und lernt seine Latents.",
    "2. Bewegen Sie den Regler **Lächeln** in *Live-Bearbeitung*: Das Gesicht folgt sofort, ohne neuen Lauf. Ebenso Alter, Brille, Haar und die übrigen; das Feld neben einem Regler nimmt genaue Zahlen, **↺** kehrt zu 0 zurück.",
    "3. **Drücken und halten Sie das Bild**, um mit vorher zu vergleichen.",
    "4. Drücken Sie noch einmal **Ausführen**, um in `output/StyleGANEX` zu speichern, was Sie sehen.",
    "",
    "**Ihr eigenes Foto**: Legen Sie es auf *Das Bild* ab oder drücken Sie dort den Knopf, dann **Ausführen**, und bewegen Sie die Regler. Jede Größe ist recht; *Gesicht ausschneiden* findet das größte Gesicht.",
    "",
    "Die Ähnlichkeit wächst mit `Schritte` in *Latents optimieren*: 30 für einen ersten Blick, 100 und mehr für ein Bild, das bleiben soll. Das mitgelieferte Modell ist klein, deshalb ist weich, was eine Bearbeitung zeichnet; für größere und schärfere Bilder sind die offiziellen Gewichte da (README). Der Graph *Hier beginnen* bearbeitet das ganze Foto an Ort und Stelle."
  ]},
  "edit-a-photo": { "english": "d9027421", "lines": [
    "Vom gewöhnlichen Foto zum selben Foto, an Ort und Stelle bearbeitet: *Gesicht ausschneiden* findet das Gesicht und schneidet es aus, *Enkodieren* und *Latents optimieren* bringen es ins Modell, eine Bearbeitung verändert es, *Gesicht einsetzen* setzt es zurück. Pixel außerhalb der Maske bleiben, wie sie waren.",
    "",
    "- Für Ihr eigenes Foto ersetzen Sie *Beispielbild* durch *Bild laden*. `Auswahl` und `Nummer` wählen unter mehreren Gesichtern.",
    "- `Reichweite` ist die halbe Seite des Ausschnitts bei 64 px Augenabstand: 128 passt zum kleinen Demo-Modell, 256 ist der Wert der Veröffentlichung.",
    "- *Gesicht einsetzen* nimmt die ovale `Maske` von *Gesicht ausschneiden*; bleibt der Eingang offen, wird der ganze Ausschnitt eingesetzt, mit einem Rand, der über `weicher Rand` px ausläuft.",
    "- *Gesicht einsetzen* bekommt auch den vor der Bearbeitung gezeichneten Ausschnitt (`unbearbeitet`), sodass nur zurückkommt, was die Bearbeitung ändert: Das kleine Demo-Modell zeichnet Gesichter weich, und das Foto behält sein eigenes. Trennen Sie den Eingang, um die Zeichnung selbst zu sehen; mit offiziellen Gewichten (siehe README) ist sie die Person."
  ]},
  "group-photo": { "english": "8130be06", "lines": [
    "Alle Gesichter eines Bildes, in einem Durchgang bearbeitet und wieder an ihren Platz gesetzt.",
    "",
    "1. **Ausführen** genügt: Ein Einzelbild eines gerenderten Clips ist das Gruppenfoto, *Gesicht ausschneiden* mit `Auswahl` „all“ schneidet jedes Gesicht aus, und alle bekommen eine Brille.",
    "2. Für Ihr eigenes Foto ersetzen Sie *Das Gruppenfoto* durch *Bild laden*.",
    "3. *Gesicht einsetzen* hat in `unbearbeitet` die Ausschnitte, wie sie vor der Bearbeitung dekodiert wurden: Nur was die Bearbeitung ändert, kommt zurück, das Foto behält seine eigenen Einzelheiten.",
    "4. `Auswahl` „largest“ oder „left to right“ nimmt mit `Nummer` nur ein Gesicht.",
    "5. `wenn keins da ist` sagt, was mit einem Bild ohne Gesicht geschieht: mit einer Meldung anhalten („stop“), es auslassen („skip“) oder das ganze Bild nehmen („whole picture“)."
  ]},
  "encode-edit-decode": { "english": "e8bb78a0", "lines": [
    "Aus einem Bild werden in einem Durchgang Latents, ein Bearbeitungsvektor verschiebt sie, der Generator zeichnet sie neu.",
    "",
    "1. **Ausführen** genügt: Modell und Bild bringen die Knoten mit.",
    "2. Ändern Sie `Stärke` in *Bearbeitungsvektor anwenden*: 0 ändert nichts, negative Werte bewirken das Gegenteil.",
    "3. Wählen Sie eine andere `Datei` in *Bearbeitungsvektor laden*.",
    "4. Für Ihr eigenes Foto ersetzen Sie *Beispielbild* durch *Bild laden*; ein aufrechtes Gesicht gelingt am besten.",
    "",
    "Das mitgelieferte Demo-Modell ist klein, kennt aber echte Menschen; für größere Ähnlichkeit nehmen Sie den Graphen *Optimieren, dann bearbeiten*. Größere Modelle kommen in `ComfyUI/models/styleganex`."
  ]},
  "optimise": { "english": "0ee1cfa5", "lines": [
    "Dem Enkodieren in einem Durchgang kann entgehen, was ein Gesicht unverwechselbar macht. *Latents optimieren* verfeinert es Schritt für Schritt, bis das Bild die Person zeigt; die Vorschau läuft mit, **Abbrechen** hält sofort an.",
    "",
    "- Zuerst nur die Stile (`f optimieren` aus), dann auch der Aufbau: Was die Stile schon erklären, bleibt für Bearbeitungen gut zu fassen.",
    "- `Schritte`: hier 40 + 260, ein bis zwei Minuten auf zwei CPU-Kernen. 500 bis 1500 kommen näher. Das kleine Demo-Modell mag eine hohe `Lernrate` (0.2 bis 0.5); zu offiziellen Gewichten passt 0.05.",
    "- `Maske` (optional): weiß, wo das Bild zählt.",
    "- *Verwendeter Verlust* zeigt, womit gemessen wurde. Mit torchvisions `vgg16-397923af.pth` in `models/styleganex` ist es LPIPS.",
    "- *Latents speichern* legt das Ergebnis in `output/styleganex` ab; *Latents laden* führt es auf, sobald Sie R gedrückt haben."
  ]},
  "style-mix": { "english": "dfbc12e1", "lines": [
    "Ort und Haltung der einen Person mit dem Aussehen einer anderen.",
    "",
    "- `Ebenen` von *Stile mischen* sagt, welche Stil-Slots übernommen werden: `4-` heißt 4 und alle danach. `8-` nimmt kaum mehr als Farben und Licht, `all` alles bis auf den Ort.",
    "- `Stärke` unter 1 liegt dazwischen.",
    "- Ändern Sie den `Seed` von *Sampeln* für eine andere Person, oder enkodieren Sie an seiner Stelle ein zweites Foto."
  ]},
  "feature-transform": { "english": "0904df3c", "lines": [
    "Das Merkmal der ersten Ebene sagt, wo alles ist. Verschieben, drehen, vergrößern oder spiegeln Sie es, und der Generator zeichnet das ganze Bild passend dazu, statt Pixel auszuschneiden und einzufügen.",
    "",
    "- `Versatz x`, `Versatz y`: Zellen von 8 px des enkodierten Bildes, nach rechts und nach unten.",
    "- `Drehung`: Grad gegen den Uhrzeigersinn; bis etwa 45 sieht es natürlich aus.",
    "- `Größe`: 1 lässt sie, wie sie ist."
  ]},
  "domain-swap": { "english": "a86221d7", "lines": [
    "Ein zweiter Generator, auf ein anderes Aussehen nachtrainiert, zeichnet dieselben Latents: hier ein ganzes Foto, wie es ist.",
    "",
    "- `Ebenen` von *Domäne tauschen*: `all` übernimmt alles; `0-6` die Formen des anderen Aussehens bei den Farben des Fotos; `7-` umgekehrt.",
    "- `Stärke`: wie viel vom anderen Aussehen in den Gewichten steckt.",
    "- `demo: toon` und `demo: ink` zeichnen mit den Skips, die *Enkodieren* im Foto gefunden hat; so bleibt jeder, wer er ist. Andere Generatoren kennen sie nicht: Optimieren Sie dort zuerst die Stile (*Latents optimieren*, 20 bis 200 Schritte).",
    "- Jeder Generator gleicher Größen geht: Legen Sie StyleGAN-NADA oder andere nachtrainierte Dateien in `models/styleganex`."
  ]},
  "sample": { "english": "c8113b3f", "lines": [
    "Menschen, die es nicht gibt, direkt aus dem Generator.",
    "",
    "- `Seed`: welche Person; eine andere Zahl gibt eine andere. Die Bilder eines Stapels nehmen Seed, Seed + 1, ...",
    "- `Trunkierung`: 0 ist die eine Durchschnittsperson, 1 die volle Vielfalt; über 1 werden die Menschen seltsamer.",
    "- `Breite`, `Höhe`: 0 ist das Quadrat des Modells. Ein größeres Bild behält die Größe des Gesichts und erweitert die Szene darum herum."
  ]},
  "find-edit-vectors": { "english": "de2a8bd0", "lines": [
    "Richtungen, die Gesichter bearbeiten, ganz ohne Download gefunden: in den Gewichten des Generators (SeFa) oder darin, wie sich zufällige Personen unterscheiden (GANSpace).",
    "",
    "1. **Ausführen** genügt: Jede *Stärkenreihe* zeigt eine Person in fünf Stärken. Eine Einheit ist eine Standardabweichung.",
    "2. Zählen Sie `Komponente` in *Bearbeitungsvektoren finden* hoch: 1 ist die stärkste Richtung.",
    "3. `Ebenen` grenzt eine Richtung ein: „0-4“ ist vor allem Haltung und Form, „7-“ vor allem Farbe.",
    "4. Mit `Verfahren` „examples (InterFaceGAN)“ und zwei Gruppen von Gesichtern, einer mit und einer ohne ein Merkmal, findet der Knoten, was sie unterscheidet. Verbinden Sie mit `bewahren` Vektoren, die der neue nicht ändern soll.",
    "5. *Bearbeitungsvektor speichern* behält einen Vektor unter einem Namen; *Bearbeitungsvektor laden* führt ihn dann auf, und die Datei lässt sich weitergeben.",
    "",
    "*Stärkenreihe* hat unter ihrem Streifen einen Regler, um eine Stärke nach der anderen anzusehen."
  ]},
  "super-resolution": { "english": "27eaf8d7", "lines": [
    "Ein winziges Gesicht wird vergrößert und mit den Einzelheiten neu gezeichnet, die es verloren hat.",
    "",
    "- `Quelle` ist hier *reduce first*: Das Bild wird erst um das 4-Fache verkleinert, damit Sie sehen, was zurückkommt. Für Ihr eigenes kleines Bild wählen Sie *small picture* und den `Faktor`, um den es wachsen soll.",
    "- Ein kleines Gesicht in einem großen Foto: *Gesicht ausschneiden*, dann dieser Knoten mit *already enlarged*, dann *Gesicht einsetzen* mit `vergrößern`.",
    "- Weniger `Skip-Ebenen` lösen sich freier von der Eingabe, mehr halten sich an sie.",
    "- Einzelheiten sind erfunden: wahrscheinlich, nicht wahr. Das Demo-Modell vergrößert auf das 4-Fache; StyleGANEX' eigene Modelle gehen bis zum 48-Fachen."
  ]},
  "sketch-to-face": { "english": "0956f76a", "lines": [
    "Eine Strichzeichnung sagt, wo alles ist; ein Seed oder ein Referenzgesicht sagt, wie es aussieht.",
    "",
    "- `Stichproben` zeichnet mehrere Personen zu einer Skizze: Seed, Seed + 1, ...",
    "- `Ebenen`: die Stil-Slots, die dieses Aussehen bekommen. `8-` wie in der Veröffentlichung; mit `5-` bestimmt das Aussehen mehr von der Form.",
    "- Eine `Referenz` ersetzt das zufällige Aussehen; `Stärke der Referenz` mischt.",
    "- Für Ihre eigene Zeichnung ersetzen Sie *Beispielbild* durch *Bild laden*: dunkel auf hell oder hell auf dunkel, Papier wird gesäubert. Augen im Abstand von etwa 64 px gelingen am besten. *Foto zu Skizze* macht eine aus einem Foto.",
    "- `Batch-Norm` ist hier *stored*, wie das Demo-Modell trainiert wurde; StyleGANEX' eigenes Skizzenmodell braucht *input*.",
    "- Das Demo-Modell ist klein: Das Aussehen wechselt mit dem Seed, und Striche bleiben schwach sichtbar."
  ]},
  "mask-to-face": { "english": "6a69e78b", "lines": [
    "Aus einer Label-Karte mit einer Klasse je Teil (Haut, Haar, Augen, ...) werden Gesichter mit diesem Aufbau.",
    "",
    "- Die Label-Karte darf grau sein (Stufe = Klasse), wie hier in Palettenfarben, oder mit *Label-Karte aus Masken* aus Masken zusammengesetzt. *Gesicht zerlegen* macht eine aus einem Foto.",
    "- Links und rechts gelten aus Sicht der abgebildeten Person. Eine Klasse, die es nicht gibt, wird mit ihrer Stelle genannt.",
    "- `Stichproben`, `Ebenen` und `Referenz` wirken wie in *Von der Skizze zum Gesicht*.",
    "- `Batch-Norm` ist hier *stored*, wie das Demo-Modell trainiert wurde; StyleGANEX' eigenes Maskenmodell braucht *input*.",
    "- Das Demo-Modell hat weniger als eine Stunde gelernt: Aufbau und Aussehen folgen, Kanten bleiben weich."
  ]},
  "video-edit": { "english": "df904e35", "lines": [
    "*Gesichter verfolgen* findet, wer im Clip ist, und folgt ihnen, *Clip-Bearbeitung* sagt, was sich wann ändert, *Video bearbeiten* tut es Bild für Bild: Ein Clip darf beliebig lang sein und kommt mit seinem Ton und seinen Zeiten zurück.",
    "",
    "- Für Ihren eigenen Clip ersetzen Sie *Beispielvideo* durch *Video laden*.",
    "- `Stärke` nimmt die Zahl, die Sie an einem Standbild mit *Bearbeitungsvektor anwenden* gefunden haben, oder Keyframes: `0:0, 12:2, 23:0` steigt bis Einzelbild 12 auf 2 und fällt wieder; `1.5s:2` zählt in Sekunden.",
    "- Schnell ausprobieren: `Zahl der Einzelbilder`, `jedes n-te` und `halbe Auflösung` von *Video bearbeiten*. Die Spur bleibt erhalten, nur die Bearbeitung läuft neu.",
    "- `Reichweite` 128 passt zu den kleinen Demo-Modellen, 256 ist der Wert der Veröffentlichung.",
    "- `einsetzen` *change* überträgt auf jedes Einzelbild nur, was die Bearbeitung in der Zeichnung des Modells ändert, sodass Person und Raum scharf bleiben; *drawing* setzt das ganze Gesicht so ein, wie das Modell es zeichnet.",
    "- *demo: edit* wurde für `demo: age` und `demo: hair_light` trainiert. Die anderen Vektoren gehören zu *demo: photo*."
  ]},
  "video-two-people": { "english": "ad69b40f", "lines": [
    "Zwei Personen begegnen sich, eine hinter der anderen. *Gesichter verfolgen* nummeriert sie und erkennt sie wieder, nachdem sie verdeckt waren; jede *Clip-Bearbeitung* nennt ihre `Person`, und beide Bearbeitungen laufen in einem Durchgang.",
    "",
    "- *Wer im Clip ist* zeigt die Nummern. Wen keine Bearbeitung nennt, der bleibt, wie er ist.",
    "- Solange ein Gesicht verdeckt ist, gehen seine Einzelbilder unverändert durch, und die Bearbeitung blendet aus und wieder ein. `wenn keins da ist` kann die Bearbeitung auch halten oder mit einer Meldung anhalten."
  ]},
  "video-toonify": { "english": "2a190c1f", "lines": [
    "Ein Toonify-Modell bringt seinen eigenen Generator mit: Der Encoder liest jedes Einzelbild mit seinen Einzelheiten, der Generator eines Comics zeichnet es. Der Stil kommt aus einem Einzelbild je Person (`Stil-Einzelbild` von *Gesichter verfolgen*), sodass das Aussehen nicht flackert.",
    "",
    "- `Bereich` „face“ setzt das gezeichnete Gesicht mit Haar ins Bild ein; „crop“ den ganzen Ausschnitt mit seiner gezeichneten Umgebung, was zu Modellen passt, die Hintergründe kennen.",
    "- Offizielle Toonify-Modelle (siehe README) lassen sich an seiner Stelle laden. *Domäne tauschen* macht aus jedem anderen Modell einen Comic, mit weniger Einzelheiten."
  ]},
  "video-frames": { "english": "479ca80a", "lines": [
    "Dieselbe Bearbeitung auf einem IMAGE-Stapel, für Graphen mit anderen Videoknoten (etwa VideoHelperSuite). Alle Einzelbilder liegen hier im Speicher; für lange Clips nehmen Sie *Video bearbeiten*.",
    "",
    "- *Gesichter verfolgen* nimmt auch Bilder; geben Sie ihre `Bilder pro Sekunde` an."
  ]},
  "official-edit": { "english": "e23dbd61", "lines": [
    "Die Inversion der Veröffentlichung auf einem ganzen Foto: *Gesicht ausschneiden*, *Enkodieren* (Schritt I), *Latents optimieren* (Schritt II, 500 Schritte wie in der Veröffentlichung), ein Lächeln, *Gesicht einsetzen*.",
    "",
    "**Dateien** (in die Ordner speichern und R drücken; neuere Editoren bieten die Downloads an)",
    "",
    "- [styleganex_inversion.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) nach `models/styleganex`",
    "- [direction_dics.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main) nach `models/styleganex/edit_vectors`; `Name` in *Bearbeitungsvektor laden* wählt das Merkmal, ein falscher listet alle auf",
    "",
    "**Hier nicht gelaufen:** Die Gewichte liegen nicht bei und waren nicht zur Hand; dieser Graph wurde mit Ersatzdateien gleichen Aufbaus getestet.",
    "",
    "**Lizenz:** Die Gewichte stehen unter der S-Lab License 1.0, **nur für nichtkommerzielle Nutzung**; sie gehen auf NVIDIAs FFHQ-Generatoren zurück, die ebenfalls nichtkommerziell sind.",
    "",
    "Für Ihr eigenes Foto ersetzen Sie *Beispielbild* durch *Bild laden*. Empfohlen wird eine Grafikkarte mit 8 GB oder mehr."
  ]},
  "official-edit-video": { "english": "0537da13", "lines": [
    "Ein Clip beliebiger Länge, an Ort und Stelle bearbeitet, mit seinem Ton: *Gesichter verfolgen* findet die Personen, *Clip-Bearbeitung* sagt, was sich wann ändert (Alter von 0 auf 1 über die ersten 24 Einzelbilder), *Video bearbeiten* tut es Bild für Bild.",
    "",
    "1. Für Ihren eigenen Clip ersetzen Sie *Beispielvideo* durch *Video laden*.",
    "2. Probieren Sie es zuerst mit `Zahl der Einzelbilder` 24 in *Gesichter verfolgen* und *Video bearbeiten*.",
    "",
    "**Datei** (in den Ordner speichern und R drücken; neuere Editoren bieten den Download an)",
    "",
    "- [styleganex_edit_age.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) nach `models/styleganex`, oder `styleganex_edit_hair.pt`; jede bringt ihren Bearbeitungsvektor mit.",
    "",
    "**Hier nicht gelaufen:** Die Gewichte liegen nicht bei und waren nicht zur Hand; dieser Graph wurde mit Ersatzdateien gleichen Aufbaus getestet.",
    "",
    "**Lizenz:** Die Gewichte stehen unter der S-Lab License 1.0, **nur für nichtkommerzielle Nutzung**; sie gehen auf NVIDIAs FFHQ-Generatoren zurück, die ebenfalls nichtkommerziell sind."
  ]},
  "official-toonify": { "english": "30536372", "lines": [
    "Jedes Gesicht eines Clips an Ort und Stelle als Comic gezeichnet, mit dem Ton des Clips. Eine Bearbeitung ist nicht nötig: Der Generator des Modells zeichnet selbst das andere Aussehen.",
    "",
    "1. Für Ihren eigenen Clip ersetzen Sie *Beispielvideo* durch *Video laden*.",
    "2. Probieren Sie es zuerst mit `Zahl der Einzelbilder` 24 in *Gesichter verfolgen* und *Video bearbeiten*.",
    "",
    "**Datei** (in den Ordner speichern und R drücken; neuere Editoren bieten den Download an)",
    "",
    "- [styleganex_toonify_cartoon.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) nach `models/styleganex`; auch `styleganex_toonify_arcane.pt` und `styleganex_toonify_pixar.pt`",
    "",
    "**Hier nicht gelaufen:** Die Gewichte liegen nicht bei und waren nicht zur Hand; dieser Graph wurde mit Ersatzdateien gleichen Aufbaus getestet.",
    "",
    "**Lizenz:** Die Gewichte stehen unter der S-Lab License 1.0, **nur für nichtkommerzielle Nutzung**; sie gehen auf NVIDIAs Generatoren zurück, die ebenfalls nichtkommerziell sind."
  ]},
  "official-super-resolution": { "english": "330bc600", "lines": [
    "Ein winziges Gesicht, in allen Einzelheiten neu gezeichnet. Hier wird ein gutes Bild erst klein gemacht (`Quelle`: *reduce first*), damit Sie vergleichen können; für ein Bild, das schon klein ist, wählen Sie *small picture*.",
    "",
    "**Datei** (in den Ordner speichern und R drücken; neuere Editoren bieten den Download an)",
    "",
    "- [styleganex_sr.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) nach `models/styleganex`: `Faktor` 4 bis 48 in Schritten von 4. Für das 32-Fache gibt es `styleganex_sr32.pt`.",
    "",
    "**Hier nicht gelaufen:** Die Gewichte liegen nicht bei und waren nicht zur Hand; dieser Graph wurde mit Ersatzdateien gleichen Aufbaus getestet.",
    "",
    "**Lizenz:** Die Gewichte stehen unter der S-Lab License 1.0, **nur für nichtkommerzielle Nutzung**; sie gehen auf NVIDIAs FFHQ-Generatoren zurück, die ebenfalls nichtkommerziell sind.",
    "",
    "Was gezeichnet wird, ist plausibel, aber kein Beleg dafür, wer es ist."
  ]},
  "official-sketch-to-face": { "english": "ca758e8b", "lines": [
    "Linien eines Fotos, vier Gesichter entlang dieser Linien. Malen Sie Ihre eigene Skizze im Masken-Editor von *Bild laden* und verbinden Sie sie anstelle von *Foto zu Skizze*.",
    "",
    "**Datei** (in den Ordner speichern und R drücken; neuere Editoren bieten den Download an)",
    "",
    "- [styleganex_sketch2face.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) nach `models/styleganex`",
    "",
    "**Hier nicht gelaufen:** Die Gewichte liegen nicht bei und waren nicht zur Hand; dieser Graph wurde mit Ersatzdateien gleichen Aufbaus getestet.",
    "",
    "**Lizenz:** Die Gewichte stehen unter der S-Lab License 1.0, **nur für nichtkommerzielle Nutzung**; sie gehen auf NVIDIAs FFHQ-Generatoren zurück, die ebenfalls nichtkommerziell sind.",
    "",
    "`Seed` wählt das Aussehen, `Ebenen`, wie viele Stil-Slots es bestimmt. `Referenz` nimmt es stattdessen aus einem Foto."
  ]},
  "official-mask-to-face": { "english": "dd5fda56", "lines": [
    "Die Teile eines Gesichts, in einem Foto gefunden, und vier Gesichter mit diesem Aufbau. Dazwischen lassen sich Teile mit *Label-Karte aus Masken* übermalen.",
    "",
    "**Dateien** (in die Ordner speichern und R drücken; neuere Editoren bieten die Downloads an)",
    "",
    "- [styleganex_mask2face.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) nach `models/styleganex`",
    "- [faceparsing.pth](https://huggingface.co/PKUWilliamYang/VToonify/tree/main/models) (BiSeNet, MIT) nach `models/styleganex`: der Parser, mit dem das veröffentlichte Modell gelernt hat; ohne ihn nimmt *Gesicht zerlegen* den kleinen, der diesem Paket beiliegt",
    "",
    "**Hier nicht gelaufen:** Die Gewichte liegen nicht bei und waren nicht zur Hand; dieser Graph wurde mit Ersatzdateien gleichen Aufbaus getestet.",
    "",
    "**Lizenz:** StyleGANEX' Gewichte stehen unter der S-Lab License 1.0, **nur für nichtkommerzielle Nutzung**; sie gehen auf NVIDIAs FFHQ-Generatoren zurück, die ebenfalls nichtkommerziell sind."
  ]}
};
