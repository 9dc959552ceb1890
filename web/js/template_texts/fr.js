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
  "english": "La suite de cette note est en anglais.",
  "titles": {
    "1. Your photo: drop it here": "1. Votre photo : déposez-la ici",
    "2. Move the sliders": "2. Déplacez les curseurs",
    "3. Run again to save": "3. Relancez pour enregistrer"
  },
  "notes": {
    "start-here": "1. Cliquez sur **Exécuter**. Le modèle trouve le visage et l'observe, en une seconde ou deux.\n2. Déplacez un curseur dans *Live Edit* : toute la photo suit aussitôt, sans relancer. **+** et **−** zooment, **↺** remet un curseur à 0.\n3. **Maintenez l'image enfoncée** pour comparer avec l'original.\n4. Cliquez de nouveau sur **Exécuter** pour enregistrer ce que vous voyez dans `output/StyleGANEX`.\n\n**Votre propre photo** : déposez-la sur le premier nœud, ou utilisez son bouton, puis **Exécuter**. Toute taille convient, rien n'est à rebrancher. S'il y a plusieurs visages, le plus grand est modifié : `which` dans *Crop Face* en choisit un autre, ou `all` tous, chacun avec ses curseurs.\n\nCe qu'aucune retouche ne change reste la photo, pixel par pixel. Le modèle fourni est petit : deux traits sur chaque curseur montrent jusqu'où une retouche fonctionne sur de vraies personnes.\n\n*Edit Face* fait tout cela en un seul nœud."
  }
};
