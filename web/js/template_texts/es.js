// @ts-check
/** What the example graphs are called and about, in Spanish. */
export default {
  "graphs": {
    "start-here": {
      "title": "Empiece aquí",
      "about": "Suelte una foto, pulse Ejecutar y mueva un control: la foto entera lo sigue y se guarda."
    },
    "edit-a-portrait": {
      "title": "Editar un retrato",
      "about": "Controles para una sola cara, con un paso II opcional para mayor parecido."
    },
    "edit-a-photo": {
      "title": "Editar una foto",
      "about": "El recorrido en nodos sueltos: recortar la cara, codificar, optimizar, editar y volver a pegar."
    },
    "group-photo": {
      "title": "Foto de grupo",
      "about": "Todas las caras de una imagen, editadas de una vez y devueltas a su sitio."
    },
    "encode-edit-decode": {
      "title": "Codificar, editar, decodificar",
      "about": "El grafo más corto: de una imagen a latentes, una edición y otra vez una imagen."
    },
    "optimise": {
      "title": "Optimizar y luego editar",
      "about": "Afina los latentes paso a paso hasta que muestran a la persona y luego los edita."
    },
    "style-mix": {
      "title": "Mezcla de estilos",
      "about": "El lugar y la pose de una persona con el aspecto de otra."
    },
    "feature-transform": {
      "title": "Transformar rasgos",
      "about": "Mueve, gira, cambia de tamaño o refleja la cara dentro de su imagen."
    },
    "domain-swap": {
      "title": "Cambio de dominio",
      "about": "Otro generador dibuja la misma cara: como dibujo animado o a tinta."
    },
    "sample": {
      "title": "Muestras",
      "about": "Personas que no existen, directamente del generador."
    },
    "find-edit-vectors": {
      "title": "Buscar vectores de edición",
      "about": "Ediciones nuevas sin descargas, a partir de los pesos o de personas al azar."
    },
    "super-resolution": {
      "title": "Superresolución",
      "about": "Una cara diminuta, ampliada y redibujada con detalle."
    },
    "sketch-to-face": {
      "title": "De boceto a cara",
      "about": "Caras que siguen las líneas de un dibujo, con aspecto al azar o de referencia."
    },
    "mask-to-face": {
      "title": "De máscara a cara",
      "about": "Caras con la disposición que da un mapa de etiquetas pintado."
    },
    "video-edit": {
      "title": "Editar un vídeo",
      "about": "Encuentra quién sale en un clip y lo edita fotograma a fotograma, con sonido."
    },
    "video-two-people": {
      "title": "Dos personas, una edición cada una",
      "about": "Dos personas se cruzan en un clip y cada una recibe su propia edición."
    },
    "video-toonify": {
      "title": "Vídeo en dibujos animados",
      "about": "Cada cara de un clip dibujada como dibujo animado, en su sitio."
    },
    "video-frames": {
      "title": "Editar fotogramas como imágenes",
      "about": "La edición de un clip sobre un lote de imágenes, para otros nodos de vídeo."
    },
    "official-edit": {
      "title": "Pesos oficiales: editar",
      "about": "Inversión y edición de una foto entera con los pesos de los autores. Requiere una descarga."
    },
    "official-edit-video": {
      "title": "Pesos oficiales: editar un vídeo",
      "about": "Un clip editado con los pesos de los autores, con sonido. Requiere una descarga."
    },
    "official-toonify": {
      "title": "Pesos oficiales: dibujos animados",
      "about": "Un clip dibujado como animación por los pesos de los autores. Requiere una descarga."
    },
    "official-super-resolution": {
      "title": "Pesos oficiales: superresolución",
      "about": "Una cara diminuta redibujada por los pesos de los autores. Requiere una descarga."
    },
    "official-sketch-to-face": {
      "title": "Pesos oficiales: de boceto a cara",
      "about": "Cuatro caras que siguen las líneas de una foto. Requiere una descarga."
    },
    "official-mask-to-face": {
      "title": "Pesos oficiales: de máscara a cara",
      "about": "Cuatro caras con la disposición de una foto. Requiere una descarga."
    }
  },
  "note": "Acerca de este grafo",
  "titles": {
    "1. Your photo: drop it here": "1. Su foto: suéltela aquí",
    "2. Move the sliders": "2. Mueva los controles",
    "3. Run again to save": "3. Ejecute de nuevo para guardar",
    "The picture: drop your own here": "La imagen: suelte la suya aquí",
    "Optimize: a closer likeness": "Optimizar latentes: más parecido",
    "Edited portrait": "Retrato editado",
    "As encoded": "Tal como se codificó",
    "Edited": "Editado",
    "Decode: as encoded": "Decodificar: sin edición",
    "Decode: edited": "Decodificar: editado",
    "Decode: before": "Decodificar: antes",
    "Decode: before the edit": "Decodificar: antes de la edición",
    "Decode: after the edit": "Decodificar: tras la edición",
    "Decode: mixed": "Decodificar: mezclado",
    "Decode: whose looks": "Decodificar: de quién el aspecto",
    "Mixed": "Mezclado",
    "Whose looks": "De quién el aspecto",
    "Clip Edit: person 0 grows older": "Edición de clip: la persona 0, mayor",
    "Clip Edit: person 1 goes blond": "Edición de clip: la persona 1, rubia",
    "Crop Face: all": "Recortar cara: todas",
    "The group photo": "La foto de grupo",
    "The group, edited": "El grupo, editado",
    "The faces": "Las caras",
    "Drawn again in detail": "Redibujada con detalle",
    "In detail": "Con detalle",
    "What the model was given": "Lo que recibió el modelo",
    "What was done": "Lo que se hizo",
    "What was found": "Lo que se encontró",
    "Which loss ran": "Pérdida usada",
    "Example Image: a reference": "Imagen de ejemplo: una referencia",
    "Find Edit Vectors: how people differ": "Buscar vectores de edición: diferencias",
    "Find Edit Vectors: in the weights": "Buscar vectores de edición: pesos",
    "Found in the weights": "Hallado en los pesos",
    "How people differ": "En qué difieren las personas",
    "Sweep: a bundled vector": "Barrido: un vector incluido",
    "Sweep: found in the weights": "Barrido: hallado en los pesos",
    "Sweep: how people differ": "Barrido: en qué difieren",
    "Four faces": "Cuatro caras",
    "Four people of one layout": "Cuatro personas, una disposición",
    "Four people on one sketch": "Cuatro personas, un boceto",
    "Sketch to Face: looks of a reference": "Boceto a cara: según referencia",
    "With the looks of the reference": "Con el aspecto de la referencia",
    "The sketch as the model saw it": "El boceto visto por el modelo",
    "The sketch, as the model saw it": "El boceto visto por el modelo",
    "The label map": "El mapa de etiquetas",
    "The parts of the face": "Las partes de la cara",
    "In the other look": "Con el otro aspecto",
    "Load Model: the other look": "Cargar modelo: el otro aspecto",
    "In the whole photo": "En la foto entera",
    "The edited crop": "El recorte editado",
    "Moved and turned": "Movida y girada",
    "Optimised": "Optimizado",
    "Optimised, then edited": "Optimizado y luego editado",
    "Optimize 1: the styles": "Optimizar latentes 1: los estilos",
    "Optimize 2: all": "Optimizar latentes 2: todo",
    "Optimize: styles first": "Optimizar latentes: primero los estilos",
    "Optimize: then the layout too": "Optimizar latentes: luego la disposición",
    "People who do not exist": "Personas que no existen",
    "The people and their numbers": "Las personas y sus números",
    "Who is in the clip": "Quién sale en el clip"
  }
};
