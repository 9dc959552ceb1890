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
  "english": "El resto de esta nota está en inglés.",
  "titles": {
    "1. Your photo: drop it here": "1. Su foto: suéltela aquí",
    "2. Move the sliders": "2. Mueva los controles",
    "3. Run again to save": "3. Ejecute de nuevo para guardar"
  },
  "notes": {
    "start-here": "1. Pulse **Ejecutar**. El modelo encuentra la cara y la observa, en uno o dos segundos.\n2. Mueva un control en *Live Edit*: la foto entera lo sigue al instante, sin ejecutar. **+** y **−** acercan y alejan, **↺** devuelve un control a 0.\n3. **Mantenga pulsada la imagen** para comparar con el original.\n4. Pulse **Ejecutar** otra vez para guardar lo que ve en `output/StyleGANEX`.\n\n**Su propia foto**: suéltela en el primer nodo, o pulse su botón, y pulse **Ejecutar**. Vale cualquier tamaño y no hay que reconectar nada. Si hay varias caras se edita la mayor: `which` en *Crop Face* elige otra, o `all` todas, cada una con sus controles.\n\nLo que ninguna edición cambia sigue siendo la foto, píxel a píxel. El modelo incluido es pequeño: dos líneas en cada control muestran hasta dónde funciona una edición en personas reales.\n\n*Edit Face* es todo esto en un solo nodo."
  }
};
