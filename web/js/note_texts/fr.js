// @ts-check
/** The notes of the example graphs in French: the lines below the heading, and the mark of the English text. */
export default {
  "start-here": { "english": "7cb7cc4d", "lines": [
    "1. Cliquez sur **Exécuter**. Le modèle trouve le visage et l'observe, en une seconde ou deux.",
    "2. Déplacez un curseur dans *Édition en direct* : toute la photo suit aussitôt, sans relancer. **+** et **−** rapprochent et éloignent, **↺** remet un curseur à 0.",
    "3. **Maintenez l'image enfoncée** pour comparer avec l'original.",
    "4. Cliquez de nouveau sur **Exécuter** pour enregistrer ce que vous voyez dans `output/StyleGANEX`.",
    "",
    "**Votre propre photo** : déposez-la sur *Votre photo*, ou utilisez son bouton, puis cliquez sur **Exécuter**. Toute taille convient, rien n'est à rebrancher. S'il y a plusieurs visages, le plus grand est modifié : `lequel` dans *Recadrer le visage* en choisit un autre, ou `all` tous, chacun avec ses curseurs.",
    "",
    "Ce qu'aucune retouche ne change reste la photo, pixel par pixel. Le modèle fourni est petit et a appris ses retouches sur des personnes de synthèse : deux traits sur chaque curseur montrent jusqu'où une retouche fonctionne sur de vraies personnes, *faible* et **?** signalent ce qui se voit à peine et ce qui n'a pas été mesuré.",
    "",
    "*Éditer le visage* fait tout cela en un seul nœud."
  ]},
  "edit-a-portrait": { "english": "56506134", "lines": [
    "1. Cliquez sur **Exécuter**. Cela prend quelques secondes : le modèle trouve le visage, l'observe et apprend ses latents.",
    "2. Déplacez le curseur **sourire** dans *Édition en direct* : le visage suit aussitôt, sans relancer. De même pour l'âge, les lunettes, les cheveux et le reste ; la case à côté d'un curseur accepte des valeurs exactes, **↺** revient à 0.",
    "3. **Maintenez l'image enfoncée** pour comparer avec l'original.",
    "4. Cliquez de nouveau sur **Exécuter** pour enregistrer ce que vous voyez dans `output/StyleGANEX`.",
    "",
    "**Votre propre photo** : déposez-la sur *L'image*, ou utilisez son bouton, puis cliquez sur **Exécuter** et déplacez les curseurs. Toute taille convient ; *Recadrer le visage* trouve le plus grand visage.",
    "",
    "La ressemblance augmente avec `pas` dans *Optimiser les latents* : 30 pour un premier aperçu, 100 et plus pour une image à garder. Le modèle fourni est petit, ce qu'une retouche dessine reste donc doux ; pour des images plus grandes et plus nettes, il y a les poids officiels (README). Le graphe *Commencer ici* modifie la photo entière, sur place."
  ]},
  "edit-a-photo": { "english": "d9027421", "lines": [
    "D'une photo ordinaire à la même photo, modifiée sur place : *Recadrer le visage* trouve le visage et le découpe, *Encoder* et *Optimiser les latents* le font entrer dans le modèle, une retouche le transforme, *Recoller le visage* le remet à sa place. Hors de son masque, les pixels restent tels quels.",
    "",
    "- Pour votre propre photo, remplacez *Image d'exemple* par *Charger Image*. `lequel` et `indice` choisissent parmi plusieurs visages.",
    "- `portée` est le demi-côté du recadrage, quand les yeux sont distants de 64 px : 128 convient au petit modèle de démonstration, 256 est la valeur de l'article.",
    "- *Recoller le visage* prend le `masque` ovale de *Recadrer le visage* ; laissez cette entrée libre pour coller tout le recadrage avec un bord fondu de `contour progressif` px.",
    "- *Recoller le visage* reçoit aussi le recadrage dessiné avant la retouche (`non modifié`), si bien que seul ce que la retouche change est remis : le petit modèle de démonstration dessine des visages doux, et la photo garde le sien. Débranchez cette entrée pour voir le dessin lui-même ; avec les poids officiels (voir le README), c'est bien la personne."
  ]},
  "group-photo": { "english": "8130be06", "lines": [
    "Tous les visages d'une image, modifiés en une seule passe et remis à leur place.",
    "",
    "1. **Exécutez** tel quel : une image d'un clip de synthèse sert de photo de groupe, *Recadrer le visage* avec `lequel` sur « all » découpe chaque visage, et tout le monde reçoit des lunettes.",
    "2. Pour votre propre photo, remplacez *La photo de groupe* par *Charger Image*.",
    "3. *Recoller le visage* reçoit dans `non modifié` les recadrages tels qu'ils ont été décodés avant la retouche : seul ce que la retouche change est remis, la photo garde donc ses propres détails.",
    "4. `lequel` sur « largest » ou « left to right », avec `indice`, ne prend qu'un seul visage.",
    "5. `si absent` dit que faire d'une image sans visage : s'arrêter avec un message (« stop »), la laisser de côté (« skip ») ou la prendre entière (« whole picture »)."
  ]},
  "encode-edit-decode": { "english": "e8bb78a0", "lines": [
    "Une image devient des latents en une passe, un vecteur d'édition les déplace, le générateur les redessine.",
    "",
    "1. **Exécutez** tel quel : le modèle et l'image sont fournis avec les nœuds.",
    "2. Changez `intensité` dans *Appliquer un vecteur d'édition* : 0 ne change rien, les valeurs négatives font l'inverse.",
    "3. Choisissez un autre `fichier` dans *Charger un vecteur d'édition*.",
    "4. Pour votre propre photo, remplacez *Image d'exemple* par *Charger Image* ; un visage droit donne le meilleur résultat.",
    "",
    "Le modèle de démonstration fourni est petit, mais il connaît de vraies personnes ; pour plus de ressemblance, prenez le graphe *Optimiser, puis modifier*. Les modèles plus grands vont dans `ComfyUI/models/styleganex`."
  ]},
  "optimise": { "english": "0ee1cfa5", "lines": [
    "Encoder en une seule passe peut manquer ce qui rend un visage reconnaissable. *Optimiser les latents* l'affine pas à pas jusqu'à ce que l'image montre la personne ; suivez l'aperçu, **annuler** arrête aussitôt.",
    "",
    "- D'abord les styles seuls (`optimiser f` désactivé), puis aussi la disposition : plus les styles expliquent de choses, plus les retouches ont de prise.",
    "- `pas` : ici 40 + 260, une à deux minutes sur deux cœurs de processeur. De 500 à 1500, on s'approche davantage. Le petit modèle de démonstration aime un `taux d'apprentissage` élevé (0.2 à 0.5) ; 0.05 convient aux poids officiels.",
    "- `masque` (facultatif) : blanc là où l'image compte.",
    "- *Perte utilisée* indique laquelle a servi. Avec `vgg16-397923af.pth` de torchvision dans `models/styleganex`, c'est LPIPS.",
    "- *Enregistrer les latents* conserve le résultat dans `output/styleganex` ; *Charger des latents* le propose après un appui sur R."
  ]},
  "style-mix": { "english": "dfbc12e1", "lines": [
    "La place et la pose d'une personne avec l'apparence d'une autre.",
    "",
    "- `couches` de *Mélanger les styles* dit quels emplacements de style sont repris : `4-` signifie 4 et tous les suivants. `8-` ne prend guère plus que les couleurs et la lumière, `all` prend tout sauf la place.",
    "- `intensité` inférieure à 1 : entre les deux.",
    "- Changez la `graine` d'*Échantillonner* pour une autre personne ; ou encodez une seconde photo à sa place."
  ]},
  "feature-transform": { "english": "0904df3c", "lines": [
    "La carte de caractéristiques de la première couche dit où se trouve chaque chose. Déplacez-la, tournez-la, redimensionnez-la ou retournez-la, et le générateur dessine toute l'image en conséquence, au lieu de copier-coller des pixels.",
    "",
    "- `décalage x`, `décalage y` : des cellules de 8 px de l'image encodée, vers la droite et vers le bas.",
    "- `rotation` : degrés dans le sens inverse des aiguilles d'une montre ; jusqu'à 45 environ, le résultat reste naturel.",
    "- `échelle` : 1 conserve la taille."
  ]},
  "domain-swap": { "english": "a86221d7", "lines": [
    "Un second générateur, affiné pour une autre apparence, dessine les mêmes latents : ici une photo entière, telle quelle.",
    "",
    "- `couches` de *Changer de domaine* : `all` prend tout ; `0-6` prend les formes de l'autre apparence et garde les couleurs de la photo ; `7-`, l'inverse.",
    "- `intensité` : la part de l'autre apparence dans les poids.",
    "- `demo: toon` et `demo: ink` dessinent avec les skips que *Encoder* a trouvés dans la photo : chacun reste lui-même. Les autres générateurs ne les connaissent pas : optimisez d'abord les styles (*Optimiser les latents*, 20 à 200 pas).",
    "- Tout générateur de mêmes dimensions convient : placez StyleGAN-NADA ou d'autres fichiers affinés dans `models/styleganex`."
  ]},
  "sample": { "english": "c8113b3f", "lines": [
    "Des personnes qui n'existent pas, tout droit du générateur.",
    "",
    "- `graine` : quelle personne ; un autre nombre en donne une autre. Les images d'un lot utilisent graine, graine + 1, ...",
    "- `troncature` : 0 est une seule personne moyenne, 1 toute la variété ; au-delà de 1, les personnes deviennent plus étranges.",
    "- `largeur`, `hauteur` : 0 est le carré propre au modèle. Une image plus grande garde la taille du visage et agrandit la scène autour."
  ]},
  "find-edit-vectors": { "english": "de2a8bd0", "lines": [
    "Des directions qui modifient les visages, trouvées sans aucun téléchargement : dans les poids mêmes du générateur (SeFa) ou dans ce qui distingue des personnes au hasard (GANSpace).",
    "",
    "1. **Exécutez** tel quel : chaque *Balayer une édition* montre une personne à cinq intensités. Une unité est un écart type.",
    "2. Augmentez `composante` dans *Trouver des vecteurs d'édition* : 1 est la direction la plus forte.",
    "3. `couches` restreint une direction : « 0-4 » concerne surtout la pose et la forme, « 7- » surtout la couleur.",
    "4. Avec `mode` sur « examples (InterFaceGAN) » et deux ensembles de visages, l'un avec et l'autre sans un trait, le nœud trouve ce qui les distingue. Branchez sur `conserver` les vecteurs que le nouveau ne doit pas changer.",
    "5. *Enregistrer un vecteur d'édition* garde un vecteur sous un nom ; *Charger un vecteur d'édition* le propose ensuite, et le fichier peut être partagé.",
    "",
    "*Balayer une édition* a un curseur sous sa bande, pour regarder une intensité à la fois."
  ]},
  "super-resolution": { "english": "27eaf8d7", "lines": [
    "Un visage minuscule est agrandi et redessiné avec les détails qu'il a perdus.",
    "",
    "- `provenance` est ici *reduce first* : l'image est d'abord réduite 4 fois, pour que vous voyiez ce qui revient. Pour votre propre petite image, choisissez *small picture* et le `facteur` d'agrandissement.",
    "- Un petit visage dans une grande photo : *Recadrer le visage*, puis ce nœud avec *already enlarged*, puis *Recoller le visage* avec `agrandir`.",
    "- Moins de `couches de saut` s'éloignent plus librement de l'entrée, plus y restent fidèles.",
    "- Les détails sont inventés : vraisemblables, pas vrais. Le modèle de démonstration agrandit 4 fois ; les modèles propres à StyleGANEX vont jusqu'à 48 fois."
  ]},
  "sketch-to-face": { "english": "0956f76a", "lines": [
    "Un dessin au trait dit où se trouve chaque chose ; une graine ou un visage de référence dit de quoi elle a l'air.",
    "",
    "- `échantillons` dessine plusieurs personnes sur un même croquis : graine, graine + 1, ...",
    "- `couches` : les emplacements de style qui reçoivent cette apparence. `8-` comme dans l'article ; `5-` laisse l'apparence décider davantage de la forme.",
    "- Une `référence` remplace l'apparence aléatoire ; `intensité de la référence` les mélange.",
    "- Pour votre propre dessin, remplacez *Image d'exemple* par *Charger Image* : sombre sur clair ou clair sur sombre, le papier est nettoyé. Des yeux distants d'environ 64 px donnent le meilleur résultat. *Photo en croquis* en tire un d'une photo.",
    "- `normalisation par lot` est ici sur *stored*, comme le modèle de démonstration a été entraîné ; le modèle de croquis propre à StyleGANEX demande *input*.",
    "- Le modèle de démonstration est petit : l'apparence change avec la graine, et les traits restent faiblement visibles."
  ]},
  "mask-to-face": { "english": "6a69e78b", "lines": [
    "Une carte d'étiquettes, une catégorie par partie (peau, cheveux, yeux, ...), devient des visages de cette disposition.",
    "",
    "- La carte d'étiquettes peut être grise (niveau = catégorie), en couleurs de palette comme ici, ou assemblée avec *Étiquettes à partir de masques*. *Analyser le visage* en tire une d'une photo.",
    "- La gauche et la droite sont celles de la personne représentée. Une catégorie qui n'existe pas est signalée avec son emplacement.",
    "- `échantillons`, `couches` et `référence` fonctionnent comme dans *Du croquis au visage*.",
    "- `normalisation par lot` est ici sur *stored*, comme le modèle de démonstration a été entraîné ; le modèle de masques propre à StyleGANEX demande *input*.",
    "- Le modèle de démonstration a appris en moins d'une heure : la disposition et l'apparence suivent, les bords restent doux."
  ]},
  "video-edit": { "english": "df904e35", "lines": [
    "*Suivre les visages* trouve qui est dans le clip et suit chacun, *Édition de clip* dit ce qui change et quand, *Modifier une vidéo* le fait image par image : un clip de toute longueur convient, et revient avec sa bande-son et ses temps d'origine.",
    "",
    "- Pour votre propre clip, remplacez *Vidéo d'exemple* par *Charger une vidéo*.",
    "- `intensité` prend le nombre que vous avez trouvé sur une image fixe avec *Appliquer un vecteur d'édition*, ou des images clés : `0:0, 12:2, 23:0` monte à 2 à l'image 12 puis redescend ; `1.5s:2` compte en secondes.",
    "- Pour essayer rapidement : `nombre d'images`, `une sur n` et `demi-résolution` de *Modifier une vidéo*. Le suivi est conservé, seule la retouche est relancée.",
    "- `portée` 128 convient aux petits modèles de démonstration, 256 est la valeur de l'article.",
    "- `collage` *change* n'ajoute à chaque image que ce que la retouche change dans le dessin du modèle, pour que la personne et le décor restent nets ; *drawing* remet le visage entier tel que le modèle le dessine.",
    "- *demo: edit* a été entraîné pour `demo: age` et `demo: hair_light`. Les autres vecteurs vont avec *demo: photo*."
  ]},
  "video-two-people": { "english": "ad69b40f", "lines": [
    "Deux personnes se croisent, l'une derrière l'autre. *Suivre les visages* les numérote et les reconnaît après qu'elles ont été cachées ; chaque *Édition de clip* nomme sa `personne`, et les deux retouches se font en une seule passe.",
    "",
    "- *Qui est dans le clip* montre les numéros. Une personne qu'aucune retouche ne nomme reste telle quelle.",
    "- Tant qu'un visage est caché, ses images passent sans changement, et la retouche s'estompe puis revient. `si absent` peut aussi maintenir la retouche, ou s'arrêter avec un message."
  ]},
  "video-toonify": { "english": "2a190c1f", "lines": [
    "Un modèle de toonification apporte son propre générateur : l'encodeur lit chaque image avec ses détails, un générateur de dessin animé la dessine. Le style vient d'une seule image par personne (`image de style` de *Suivre les visages*), si bien que l'apparence ne scintille pas.",
    "",
    "- `région` sur « face » remet dans l'image le visage et les cheveux dessinés ; « crop », tout le recadrage avec son décor dessiné, ce qui convient aux modèles qui connaissent les arrière-plans.",
    "- Les modèles de toonification officiels (voir le README) se chargent à sa place. *Changer de domaine* fait un dessin animé de tout autre modèle, avec moins de détails."
  ]},
  "video-frames": { "english": "479ca80a", "lines": [
    "La même retouche sur un lot IMAGE, pour des graphes construits avec d'autres nœuds vidéo (comme VideoHelperSuite). Toutes les images sont ici en mémoire ; pour de longs clips, prenez *Modifier une vidéo*.",
    "",
    "- *Suivre les visages* prend aussi des images ; indiquez-lui leurs `images par seconde`."
  ]},
  "official-edit": { "english": "e23dbd61", "lines": [
    "L'inversion de l'article sur une photo entière : *Recadrer le visage*, *Encoder* (étape I), *Optimiser les latents* (étape II, 500 pas comme dans l'article), un sourire, *Recoller le visage*.",
    "",
    "**Fichiers** (à enregistrer dans les dossiers, puis appuyez sur R ; les éditeurs récents proposent les téléchargements)",
    "",
    "- [styleganex_inversion.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) dans `models/styleganex`",
    "- [direction_dics.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main) dans `models/styleganex/edit_vectors` ; `nom` dans *Charger un vecteur d'édition* choisit l'attribut, un nom erroné les énumère tous",
    "",
    "**Non exécuté ici :** les poids ne sont pas fournis et n'étaient pas disponibles ; ce graphe a été testé avec des fichiers de substitution de même structure.",
    "",
    "**Licence :** les poids sont sous S-Lab License 1.0, **usage non commercial uniquement** ; ils dérivent des générateurs FFHQ de NVIDIA, eux aussi non commerciaux.",
    "",
    "Pour votre propre photo, remplacez *Image d'exemple* par *Charger Image*. Une carte graphique de 8 Go ou plus est conseillée."
  ]},
  "official-edit-video": { "english": "0537da13", "lines": [
    "Un clip de toute longueur, modifié sur place, avec sa bande-son : *Suivre les visages* trouve les personnes, *Édition de clip* dit ce qui change et quand (l'âge de 0 à 1 sur les 24 premières images), *Modifier une vidéo* le fait image par image.",
    "",
    "1. Pour votre propre clip, remplacez *Vidéo d'exemple* par *Charger une vidéo*.",
    "2. Essayez d'abord avec `nombre d'images` à 24 dans *Suivre les visages* et *Modifier une vidéo*.",
    "",
    "**Fichier** (à enregistrer dans le dossier, puis appuyez sur R ; les éditeurs récents proposent le téléchargement)",
    "",
    "- [styleganex_edit_age.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) dans `models/styleganex`, ou `styleganex_edit_hair.pt` ; chacun apporte son vecteur d'édition.",
    "",
    "**Non exécuté ici :** les poids ne sont pas fournis et n'étaient pas disponibles ; ce graphe a été testé avec des fichiers de substitution de même structure.",
    "",
    "**Licence :** les poids sont sous S-Lab License 1.0, **usage non commercial uniquement** ; ils dérivent des générateurs FFHQ de NVIDIA, eux aussi non commerciaux."
  ]},
  "official-toonify": { "english": "30536372", "lines": [
    "Chaque visage d'un clip redessiné en dessin animé, à sa place, avec le son du clip. Aucune retouche n'est nécessaire : le générateur du modèle dessine lui-même l'autre apparence.",
    "",
    "1. Pour votre propre clip, remplacez *Vidéo d'exemple* par *Charger une vidéo*.",
    "2. Essayez d'abord avec `nombre d'images` à 24 dans *Suivre les visages* et *Modifier une vidéo*.",
    "",
    "**Fichier** (à enregistrer dans le dossier, puis appuyez sur R ; les éditeurs récents proposent le téléchargement)",
    "",
    "- [styleganex_toonify_cartoon.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) dans `models/styleganex` ; également `styleganex_toonify_arcane.pt` et `styleganex_toonify_pixar.pt`",
    "",
    "**Non exécuté ici :** les poids ne sont pas fournis et n'étaient pas disponibles ; ce graphe a été testé avec des fichiers de substitution de même structure.",
    "",
    "**Licence :** les poids sont sous S-Lab License 1.0, **usage non commercial uniquement** ; ils dérivent des générateurs de NVIDIA, eux aussi non commerciaux."
  ]},
  "official-super-resolution": { "english": "330bc600", "lines": [
    "Un visage minuscule redessiné en détail. Ici, une bonne image est d'abord réduite (`provenance` : *reduce first*), pour que vous puissiez comparer ; pour une image déjà petite, choisissez *small picture*.",
    "",
    "**Fichier** (à enregistrer dans le dossier, puis appuyez sur R ; les éditeurs récents proposent le téléchargement)",
    "",
    "- [styleganex_sr.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) dans `models/styleganex` : `facteur` de 4 à 48 par pas de 4. Pour 32 fois, il existe `styleganex_sr32.pt`.",
    "",
    "**Non exécuté ici :** les poids ne sont pas fournis et n'étaient pas disponibles ; ce graphe a été testé avec des fichiers de substitution de même structure.",
    "",
    "**Licence :** les poids sont sous S-Lab License 1.0, **usage non commercial uniquement** ; ils dérivent des générateurs FFHQ de NVIDIA, eux aussi non commerciaux.",
    "",
    "Ce qui est dessiné est plausible, et ne prouve pas de qui il s'agit."
  ]},
  "official-sketch-to-face": { "english": "ca758e8b", "lines": [
    "Les traits d'une photo, quatre visages qui les suivent. Dessinez votre propre croquis dans l'éditeur de masque de *Charger Image* et branchez-le à la place de *Photo en croquis*.",
    "",
    "**Fichier** (à enregistrer dans le dossier, puis appuyez sur R ; les éditeurs récents proposent le téléchargement)",
    "",
    "- [styleganex_sketch2face.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) dans `models/styleganex`",
    "",
    "**Non exécuté ici :** les poids ne sont pas fournis et n'étaient pas disponibles ; ce graphe a été testé avec des fichiers de substitution de même structure.",
    "",
    "**Licence :** les poids sont sous S-Lab License 1.0, **usage non commercial uniquement** ; ils dérivent des générateurs FFHQ de NVIDIA, eux aussi non commerciaux.",
    "",
    "`graine` choisit l'apparence, `couches` combien d'emplacements de style elle décide. `référence` la prend plutôt d'une photo."
  ]},
  "official-mask-to-face": { "english": "dd5fda56", "lines": [
    "Les parties d'un visage trouvées dans une photo, quatre visages de cette disposition. Entre les deux, repeignez des parties avec *Étiquettes à partir de masques*.",
    "",
    "**Fichiers** (à enregistrer dans les dossiers, puis appuyez sur R ; les éditeurs récents proposent les téléchargements)",
    "",
    "- [styleganex_mask2face.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) dans `models/styleganex`",
    "- [faceparsing.pth](https://huggingface.co/PKUWilliamYang/VToonify/tree/main/models) (BiSeNet, MIT) dans `models/styleganex` : l'analyseur avec lequel le modèle publié a appris ; sans lui, *Analyser le visage* utilise le petit réseau fourni avec ce pack",
    "",
    "**Non exécuté ici :** les poids ne sont pas fournis et n'étaient pas disponibles ; ce graphe a été testé avec des fichiers de substitution de même structure.",
    "",
    "**Licence :** les poids de StyleGANEX sont sous S-Lab License 1.0, **usage non commercial uniquement** ; ils dérivent des générateurs FFHQ de NVIDIA, eux aussi non commerciaux."
  ]}
};
