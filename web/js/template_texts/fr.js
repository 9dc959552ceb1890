// @ts-check
/** What the example graphs are called and about, in French. */
export default {
  "graphs": {
    "start-here": {
      "title": "Commencer ici",
      "about": "Déposez une photo, lancez, déplacez un curseur : toute la photo suit et est enregistrée."
    },
    "edit-a-portrait": {
      "title": "Modifier un portrait",
      "about": "Des curseurs pour un seul visage, avec une étape II facultative pour plus de ressemblance."
    },
    "edit-a-photo": {
      "title": "Modifier une photo",
      "about": "Le parcours nœud par nœud : découper le visage, encoder, optimiser, modifier, recoller."
    },
    "group-photo": {
      "title": "Photo de groupe",
      "about": "Tous les visages d'une image, modifiés en une fois et remis à leur place."
    },
    "encode-edit-decode": {
      "title": "Encoder, modifier, décoder",
      "about": "Le graphe le plus court : d'une image aux latents, une retouche, de nouveau une image."
    },
    "optimise": {
      "title": "Optimiser, puis modifier",
      "about": "Affine les latents pas à pas jusqu'à montrer la personne, puis les modifie."
    },
    "style-mix": {
      "title": "Mélange de styles",
      "about": "La place et la pose d'une personne avec l'apparence d'une autre."
    },
    "feature-transform": {
      "title": "Transformer le visage",
      "about": "Déplace, tourne, redimensionne ou retourne le visage dans son image."
    },
    "domain-swap": {
      "title": "Changer de domaine",
      "about": "Un autre générateur dessine le même visage : en dessin animé ou à l'encre."
    },
    "sample": {
      "title": "Échantillons",
      "about": "Des personnes qui n'existent pas, tout droit du générateur."
    },
    "find-edit-vectors": {
      "title": "Trouver des vecteurs d'édition",
      "about": "De nouvelles retouches sans téléchargement, tirées des poids ou de personnes au hasard."
    },
    "super-resolution": {
      "title": "Super-résolution : petit visage",
      "about": "Un visage minuscule, agrandi et redessiné en détail."
    },
    "sketch-to-face": {
      "title": "Du croquis au visage",
      "about": "Des visages le long des traits d'un dessin, d'apparence aléatoire ou de référence."
    },
    "mask-to-face": {
      "title": "Du masque au visage",
      "about": "Des visages selon la disposition d'une carte d'étiquettes peinte."
    },
    "video-edit": {
      "title": "Modifier une vidéo",
      "about": "Trouve qui est dans un clip et le modifie image par image, avec le son."
    },
    "video-two-people": {
      "title": "Deux personnes, une retouche chacune",
      "about": "Deux personnes se croisent dans un clip et chacune reçoit sa propre retouche."
    },
    "video-toonify": {
      "title": "Une vidéo en dessin animé",
      "about": "Chaque visage d'un clip redessiné en dessin animé, à sa place."
    },
    "video-frames": {
      "title": "Modifier des images de clip",
      "about": "La retouche d'un clip sur un lot d'images, pour d'autres nœuds vidéo."
    },
    "official-edit": {
      "title": "Poids officiels : modifier",
      "about": "Inversion et retouche d'une photo entière avec les poids des auteurs. Téléchargement nécessaire."
    },
    "official-edit-video": {
      "title": "Poids officiels : modifier une vidéo",
      "about": "Un clip modifié avec les poids des auteurs, avec le son. Téléchargement nécessaire."
    },
    "official-toonify": {
      "title": "Poids officiels : dessin animé",
      "about": "Un clip redessiné en dessin animé par les poids des auteurs. Téléchargement nécessaire."
    },
    "official-super-resolution": {
      "title": "Poids officiels : super-résolution",
      "about": "Un visage minuscule redessiné par les poids des auteurs. Téléchargement nécessaire."
    },
    "official-sketch-to-face": {
      "title": "Poids officiels : du croquis au visage",
      "about": "Quatre visages le long des traits d'une photo. Téléchargement nécessaire."
    },
    "official-mask-to-face": {
      "title": "Poids officiels : du masque au visage",
      "about": "Quatre visages selon la disposition d'une photo. Téléchargement nécessaire."
    }
  },
  "note": "À propos de ce graphe",
  "titles": {
    "1. Your photo: drop it here": "1. Votre photo : déposez-la ici",
    "2. Move the sliders": "2. Déplacez les curseurs",
    "3. Run again to save": "3. Relancez pour enregistrer",
    "The picture: drop your own here": "L'image : déposez la vôtre ici",
    "Optimize: a closer likeness": "Optimiser les latents : ressemblance",
    "Edited portrait": "Portrait modifié",
    "As encoded": "Tel qu'encodé",
    "Edited": "Modifié",
    "Decode: as encoded": "Décoder : tel qu'encodé",
    "Decode: edited": "Décoder : modifié",
    "Decode: before": "Décoder : avant",
    "Decode: before the edit": "Décoder : avant la retouche",
    "Decode: after the edit": "Décoder : après la retouche",
    "Decode: mixed": "Décoder : mélangé",
    "Decode: whose looks": "Décoder : de qui l'apparence",
    "Mixed": "Mélangé",
    "Whose looks": "De qui l'apparence",
    "Clip Edit: person 0 grows older": "Édition de clip : personne 0 plus âgée",
    "Clip Edit: person 1 goes blond": "Édition de clip : personne 1 blonde",
    "Crop Face: all": "Recadrer le visage : tous",
    "The group photo": "La photo de groupe",
    "The group, edited": "Le groupe, modifié",
    "The faces": "Les visages",
    "Drawn again in detail": "Redessiné en détail",
    "In detail": "En détail",
    "What the model was given": "Ce que le modèle a reçu",
    "What was done": "Ce qui a été fait",
    "What was found": "Ce qui a été trouvé",
    "Which loss ran": "Perte utilisée",
    "Example Image: a reference": "Image d'exemple : une référence",
    "Find Edit Vectors: how people differ": "Trouver des vecteurs d'édition : personnes",
    "Find Edit Vectors: in the weights": "Trouver des vecteurs d'édition : poids",
    "Found in the weights": "Trouvé dans les poids",
    "How people differ": "Ce qui distingue les personnes",
    "Sweep: a bundled vector": "Balayer : un vecteur fourni",
    "Sweep: found in the weights": "Balayer : trouvé dans les poids",
    "Sweep: how people differ": "Balayer : ce qui distingue",
    "Four faces": "Quatre visages",
    "Four people of one layout": "Quatre personnes, une disposition",
    "Four people on one sketch": "Quatre personnes, un croquis",
    "Sketch to Face: looks of a reference": "Croquis vers visage : d'après référence",
    "With the looks of the reference": "Avec l'apparence de la référence",
    "The sketch as the model saw it": "Le croquis vu par le modèle",
    "The sketch, as the model saw it": "Le croquis vu par le modèle",
    "The label map": "La carte d'étiquettes",
    "The parts of the face": "Les parties du visage",
    "In the other look": "Dans l'autre apparence",
    "Load Model: the other look": "Charger un modèle : autre apparence",
    "In the whole photo": "Dans la photo entière",
    "The edited crop": "Le recadrage modifié",
    "Moved and turned": "Déplacé et tourné",
    "Optimised": "Optimisé",
    "Optimised, then edited": "Optimisé, puis modifié",
    "Optimize 1: the styles": "Optimiser les latents 1 : les styles",
    "Optimize 2: all": "Optimiser les latents 2 : tout",
    "Optimize: styles first": "Optimiser les latents : d'abord les styles",
    "Optimize: then the layout too": "Optimiser les latents : et la disposition",
    "People who do not exist": "Des personnes qui n'existent pas",
    "The people and their numbers": "Les personnes et leurs numéros",
    "Who is in the clip": "Qui est dans le clip"
  }
};
