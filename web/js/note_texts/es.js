// @ts-check
/** The notes of the example graphs in Spanish: the lines below the heading, and the mark of the English text. */
export default {
  "start-here": { "english": "7cb7cc4d", "lines": [
    "1. Pulse **Ejecutar**. El modelo encuentra la cara y la observa, en uno o dos segundos.",
    "2. Mueva un control en *Edición en vivo*: la foto entera lo sigue al instante, sin ejecutar. **+** y **−** acercan y alejan, **↺** devuelve un control a 0.",
    "3. **Mantenga pulsada la imagen** para comparar con el original.",
    "4. Pulse **Ejecutar** otra vez para guardar lo que ve en `output/StyleGANEX`.",
    "",
    "**Su propia foto**: suéltela en *Su foto*, o pulse su botón, y pulse **Ejecutar**. Vale cualquier tamaño y no hay que reconectar nada. Si hay varias caras se edita la mayor: `cuál` en *Recortar cara* elige otra, o `all` todas, cada una con sus controles.",
    "",
    "Lo que ninguna edición cambia sigue siendo la foto, píxel a píxel. El modelo incluido es pequeño y aprendió sus ediciones con personas renderizadas: dos líneas en cada control muestran hasta dónde funciona una edición en personas reales; *débil* y **?** señalan lo que apenas se nota y lo que no se midió.",
    "",
    "*Editar cara* es todo esto en un solo nodo."
  ]},
  "edit-a-portrait": { "english": "56506134", "lines": [
    "1. Pulse **Ejecutar**. Tarda unos segundos: el modelo encuentra la cara, la observa y aprende sus latentes.",
    "2. Mueva el control **sonrisa** en *Edición en vivo*: la cara lo sigue al instante, sin ejecutar. Lo mismo con la edad, las gafas, el pelo y lo demás; la casilla junto a cada control admite números exactos y **↺** vuelve a 0.",
    "3. **Mantenga pulsada la imagen** para comparar con el original.",
    "4. Pulse **Ejecutar** otra vez para guardar lo que ve en `output/StyleGANEX`.",
    "",
    "**Su propia foto**: suéltela en *La imagen*, o pulse su botón, después pulse **Ejecutar** y mueva los controles. Vale cualquier tamaño; *Recortar cara* encuentra la cara más grande.",
    "",
    "El parecido crece con `pasos` en *Optimizar latentes*: 30 para una primera impresión, 100 o más para una imagen que guardar. El modelo incluido es pequeño, así que lo que dibuja una edición es suave; para imágenes más grandes y nítidas están los pesos oficiales (README). El grafo *Empiece aquí* edita la foto entera en su sitio."
  ]},
  "edit-a-photo": { "english": "d9027421", "lines": [
    "De una foto corriente a la misma foto, editada en su sitio: *Recortar cara* encuentra la cara y la recorta, *Codificar* y *Optimizar latentes* la llevan al modelo, una edición la cambia y *Pegar cara* la devuelve. Los píxeles fuera de su máscara quedan como estaban.",
    "",
    "- Para su propia foto, sustituya *Imagen de ejemplo* por *Cargar imagen*. `cuál` e `índice` eligen entre varias caras.",
    "- `alcance` es medio lado del recorte, con los ojos a 64 px de distancia: 128 conviene al pequeño modelo de demostración, 256 es el del artículo.",
    "- *Pegar cara* toma la `máscara` ovalada de *Recortar cara*; déjela sin conectar para pegar el recorte entero con un borde suave de `difuminado` px.",
    "- *Pegar cara* recibe también el recorte dibujado antes de la edición (`sin editar`), así que solo se devuelve lo que la edición cambia: el pequeño modelo de demostración dibuja caras suaves, y la foto conserva la suya. Desconéctelo para ver el propio dibujo; con los pesos oficiales (vea el README) ese dibujo es la persona."
  ]},
  "group-photo": { "english": "8130be06", "lines": [
    "Todas las caras de una imagen, editadas de una pasada y devueltas a su sitio.",
    "",
    "1. **Ejecútelo** tal cual: un fotograma de un clip renderizado es la foto de grupo, *Recortar cara* con `cuál` en «all» recorta cada cara, y todos reciben gafas.",
    "2. Para su propia foto, sustituya *La foto de grupo* por *Cargar imagen*.",
    "3. *Pegar cara* tiene en `sin editar` los recortes tal como se decodificaron antes de la edición: solo se devuelve lo que la edición cambia, así que la foto conserva su propio detalle.",
    "4. `cuál` en «largest» o «left to right», con `índice`, toma una sola cara.",
    "5. `si no hay cara` indica qué hacer con una imagen sin caras: parar con un mensaje («stop»), dejarla fuera («skip») o tomarla entera («whole picture»)."
  ]},
  "encode-edit-decode": { "english": "e8bb78a0", "lines": [
    "Una imagen se convierte en latentes de una pasada, un vector de edición los mueve y el generador los dibuja de nuevo.",
    "",
    "1. **Ejecútelo** tal cual: el modelo y la imagen vienen con los nodos.",
    "2. Cambie `intensidad` en *Aplicar vector de edición*: 0 no cambia nada, los valores negativos hacen lo contrario.",
    "3. Elija otro `archivo` en *Cargar vector de edición*.",
    "4. Para su propia foto, sustituya *Imagen de ejemplo* por *Cargar imagen*; lo mejor es una cara derecha.",
    "",
    "El modelo de demostración incluido es pequeño, pero conoce a personas reales; para un mayor parecido use el grafo *Optimizar y luego editar*. Los modelos más grandes van en `ComfyUI/models/styleganex`."
  ]},
  "optimise": { "english": "0ee1cfa5", "lines": [
    "Codificar de una sola pasada puede perder lo que hace que una cara sea de quien es. *Optimizar latentes* la afina paso a paso hasta que la imagen muestra a la persona; siga la vista previa, **cancelar** se detiene al instante.",
    "",
    "- Primero solo los estilos (`optimizar f` desactivado), luego también la disposición: cuanto más expliquen los estilos, más margen tienen las ediciones.",
    "- `pasos`: aquí 40 + 260, de uno a dos minutos en dos núcleos de CPU. Con 500 a 1500 se acerca más. Al pequeño modelo de demostración le va bien una `tasa de aprendizaje` alta (0.2 a 0.5); 0.05 conviene a los pesos oficiales.",
    "- `máscara` (opcional): blanca donde la imagen cuenta.",
    "- *Pérdida usada* lo indica. Con `vgg16-397923af.pth` de torchvision en `models/styleganex` es LPIPS.",
    "- *Guardar latentes* conserva el resultado en `output/styleganex`; *Cargar latentes* lo muestra en su lista tras pulsar R."
  ]},
  "style-mix": { "english": "dfbc12e1", "lines": [
    "El lugar y la pose de una persona con el aspecto de otra.",
    "",
    "- `capas` de *Mezclar estilos* dice qué ranuras de estilo se toman: `4-` significa 4 y todas las siguientes. `8-` toma poco más que colores y luz, `all` todo menos el lugar.",
    "- `intensidad` por debajo de 1 queda a medio camino.",
    "- Cambie la `semilla` de *Muestrear* para otra persona; o codifique una segunda foto en su lugar."
  ]},
  "feature-transform": { "english": "0904df3c", "lines": [
    "El mapa de características de la primera capa dice dónde está todo. Muévalo, gírelo, cambie su tamaño o refléjelo, y el generador dibuja la imagen entera en consonancia, en lugar de cortar y pegar píxeles.",
    "",
    "- `desplazamiento x`, `desplazamiento y`: celdas de 8 px de la imagen codificada, hacia la derecha y hacia abajo.",
    "- `rotación`: grados en sentido antihorario; hasta unos 45 se ve natural.",
    "- `escala`: 1 mantiene el tamaño."
  ]},
  "domain-swap": { "english": "a86221d7", "lines": [
    "Un segundo generador, afinado para otro aspecto, dibuja los mismos latentes: aquí, una foto entera tal como es.",
    "",
    "- `capas` de *Cambiar dominio*: `all` lo toma todo; `0-6` toma las formas del otro aspecto y conserva los colores de la foto; `7-`, al revés.",
    "- `intensidad`: cuánto del otro aspecto hay en los pesos.",
    "- `demo: toon` y `demo: ink` dibujan con los skips que *Codificar* encontró en la foto, así que cada persona sigue siendo quien es. Otros generadores no los conocen: optimice antes los estilos (*Optimizar latentes*, de 20 a 200 pasos).",
    "- Sirve cualquier generador de los mismos tamaños: ponga archivos de StyleGAN-NADA u otros afinados en `models/styleganex`."
  ]},
  "sample": { "english": "c8113b3f", "lines": [
    "Personas que no existen, directamente del generador.",
    "",
    "- `semilla`: qué persona; otro número da otra. Las imágenes de un lote usan semilla, semilla + 1, ...",
    "- `truncamiento`: 0 es una única persona media, 1 toda la variedad; por encima de 1 la gente se vuelve más extraña.",
    "- `ancho`, `alto`: 0 es el cuadrado propio del modelo. Una imagen mayor mantiene el tamaño de la cara y amplía la escena a su alrededor."
  ]},
  "find-edit-vectors": { "english": "de2a8bd0", "lines": [
    "Direcciones que editan caras, encontradas sin ninguna descarga: en los propios pesos del generador (SeFa) o en cómo difieren personas al azar (GANSpace).",
    "",
    "1. **Ejecútelo** tal cual: cada *Barrido de edición* muestra a una persona con cinco intensidades. Una unidad es una desviación estándar.",
    "2. Aumente `componente` en *Buscar vectores de edición*: 1 es la dirección más fuerte.",
    "3. `capas` acota una dirección: «0-4» es sobre todo pose y forma, «7-» sobre todo color.",
    "4. Con `modo` en «examples (InterFaceGAN)» y dos conjuntos de caras, uno con un rasgo y otro sin él, el nodo encuentra lo que los distingue. Conecte a `mantener` los vectores que el nuevo no deba cambiar.",
    "5. *Guardar vector de edición* conserva un vector con un nombre; *Cargar vector de edición* lo ofrece después, y el archivo se puede compartir.",
    "",
    "*Barrido de edición* tiene un control bajo su tira para ver las intensidades de una en una."
  ]},
  "super-resolution": { "english": "27eaf8d7", "lines": [
    "Una cara diminuta se amplía y se redibuja con el detalle que perdió.",
    "",
    "- `fuente` es aquí *reduce first*: la imagen se reduce antes 4 veces, para que vea lo que se recupera. Para su propia imagen pequeña elija *small picture* y el `factor de aumento`.",
    "- Una cara pequeña en una foto grande: *Recortar cara*, luego este nodo con *already enlarged*, luego *Pegar cara* con `ampliar`.",
    "- Con menos `capas de salto` se aparta más libremente de la entrada; con más, se atiene a ella.",
    "- El detalle es inventado: probable, no cierto. El modelo de demostración amplía 4 veces; los modelos propios de StyleGANEX llegan hasta 48 veces."
  ]},
  "sketch-to-face": { "english": "0956f76a", "lines": [
    "Un dibujo de líneas dice dónde está todo; una semilla o una cara de referencia dice qué aspecto tiene.",
    "",
    "- `muestras` dibuja varias personas sobre un mismo boceto: semilla, semilla + 1, ...",
    "- `capas`: las ranuras de estilo que toman ese aspecto. `8-` como en el artículo; `5-` deja que el aspecto decida más de la forma.",
    "- Una `referencia` sustituye el aspecto al azar; `intensidad de la referencia` los mezcla.",
    "- Para su propio dibujo, sustituya *Imagen de ejemplo* por *Cargar imagen*: oscuro sobre claro o claro sobre oscuro, el papel se limpia. Lo mejor son ojos a unos 64 px de distancia. *Foto a boceto* hace uno de una foto.",
    "- `normalización por lote` es aquí *stored*, tal como se entrenó el modelo de demostración; el modelo de bocetos propio de StyleGANEX requiere *input*.",
    "- El modelo de demostración es pequeño: el aspecto cambia con la semilla, y los trazos siguen viéndose débilmente."
  ]},
  "mask-to-face": { "english": "6a69e78b", "lines": [
    "Un mapa de etiquetas con una clase por parte (piel, pelo, ojos, ...) se convierte en caras con esa disposición.",
    "",
    "- El mapa de etiquetas puede ser gris (nivel = clase), en colores de paleta como aquí, o formado con *Etiquetas a partir de máscaras*. *Analizar cara* hace uno de una foto.",
    "- Izquierda y derecha son las de la persona retratada. Si una clase no existe, se indica junto con su lugar.",
    "- `muestras`, `capas` y `referencia` funcionan como en *De boceto a cara*.",
    "- `normalización por lote` es aquí *stored*, tal como se entrenó el modelo de demostración; el modelo de máscaras propio de StyleGANEX requiere *input*.",
    "- El modelo de demostración aprendió en menos de una hora: la disposición y el aspecto se siguen, los bordes quedan suaves."
  ]},
  "video-edit": { "english": "df904e35", "lines": [
    "*Seguir caras* encuentra quién sale en el clip y sigue a cada cual, *Edición de clip* dice qué cambia y cuándo, *Editar vídeo* lo hace fotograma a fotograma: cabe un clip de cualquier duración, y vuelve con su sonido y sus tiempos.",
    "",
    "- Para su propio clip, sustituya *Vídeo de ejemplo* por *Cargar video*.",
    "- `intensidad` admite el número que halló en una imagen fija con *Aplicar vector de edición*, o fotogramas clave: `0:0, 12:2, 23:0` sube a 2 en el fotograma 12 y vuelve a bajar; `1.5s:2` cuenta en segundos.",
    "- Para probar rápido: `número de fotogramas`, `uno de cada n` y `media resolución` de *Editar vídeo*. El seguimiento se conserva, así que solo se repite la edición.",
    "- `alcance` 128 conviene a los pequeños modelos de demostración, 256 es el del artículo.",
    "- `pegado` *change* añade a cada fotograma solo lo que la edición cambia en el dibujo del modelo, para que la persona y la sala sigan nítidas; *drawing* devuelve la cara entera tal como la dibuja el modelo.",
    "- *demo: edit* se entrenó para `demo: age` y `demo: hair_light`. Los demás vectores van con *demo: photo*."
  ]},
  "video-two-people": { "english": "ad69b40f", "lines": [
    "Dos personas se cruzan, una por detrás de la otra. *Seguir caras* las numera y las reconoce después de haber estado ocultas; cada *Edición de clip* nombra a su `persona`, y ambas ediciones se hacen en una sola pasada.",
    "",
    "- *Quién sale en el clip* muestra los números. Quien no aparece en ninguna edición queda como está.",
    "- Mientras una cara está oculta, sus fotogramas pasan sin cambios, y la edición se desvanece y vuelve. `si no hay cara` también puede mantener la edición, o parar con un mensaje."
  ]},
  "video-toonify": { "english": "2a190c1f", "lines": [
    "Un modelo de toonificación trae su propio generador: el codificador lee cada fotograma con su detalle y un generador de dibujos animados lo dibuja. El estilo viene de un fotograma de cada persona (`fotograma de estilo` de *Seguir caras*), así que el aspecto no parpadea.",
    "",
    "- `región` en «face» pone en el fotograma la cara y el pelo dibujados; en «crop», el recorte entero con su entorno dibujado, lo que conviene a modelos que conocen fondos.",
    "- Los modelos oficiales de toonificación (vea el README) se cargan en su lugar. *Cambiar dominio* hace un dibujo animado de cualquier otro modelo, con menos detalle."
  ]},
  "video-frames": { "english": "479ca80a", "lines": [
    "La misma edición sobre un lote IMAGE, para grafos hechos con otros nodos de vídeo (como VideoHelperSuite). Aquí todos los fotogramas están en memoria; para clips largos use *Editar vídeo*.",
    "",
    "- *Seguir caras* también toma imágenes; indíquele sus `fotogramas por segundo`."
  ]},
  "official-edit": { "english": "e23dbd61", "lines": [
    "La inversión del artículo sobre una foto entera: *Recortar cara*, *Codificar* (paso I), *Optimizar latentes* (paso II, 500 pasos como en el artículo), una sonrisa, *Pegar cara*.",
    "",
    "**Archivos** (guárdelos en las carpetas y pulse R; los editores más nuevos ofrecen las descargas)",
    "",
    "- [styleganex_inversion.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) en `models/styleganex`",
    "- [direction_dics.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main) en `models/styleganex/edit_vectors`; `nombre` en *Cargar vector de edición* elige el atributo, uno equivocado los enumera todos",
    "",
    "**No ejecutado aquí:** los pesos no se incluyen ni estaban a mano; este grafo se probó con archivos sustitutos de la misma estructura.",
    "",
    "**Licencia:** los pesos se publican con la S-Lab License 1.0, **solo para uso no comercial**; derivan de los generadores FFHQ de NVIDIA, también no comerciales.",
    "",
    "Para su propia foto, sustituya *Imagen de ejemplo* por *Cargar imagen*. Se recomienda una tarjeta gráfica con 8 GB o más."
  ]},
  "official-edit-video": { "english": "0537da13", "lines": [
    "Un clip de cualquier duración, editado en su sitio, con su sonido: *Seguir caras* encuentra a las personas, *Edición de clip* dice qué cambia y cuándo (la edad de 0 a 1 en los primeros 24 fotogramas), *Editar vídeo* lo hace fotograma a fotograma.",
    "",
    "1. Para su propio clip, sustituya *Vídeo de ejemplo* por *Cargar video*.",
    "2. Pruebe primero con `número de fotogramas` 24 en *Seguir caras* y *Editar vídeo*.",
    "",
    "**Archivo** (guárdelo en la carpeta y pulse R; los editores más nuevos ofrecen la descarga)",
    "",
    "- [styleganex_edit_age.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) en `models/styleganex`, o `styleganex_edit_hair.pt`; cada uno trae su vector de edición.",
    "",
    "**No ejecutado aquí:** los pesos no se incluyen ni estaban a mano; este grafo se probó con archivos sustitutos de la misma estructura.",
    "",
    "**Licencia:** los pesos se publican con la S-Lab License 1.0, **solo para uso no comercial**; derivan de los generadores FFHQ de NVIDIA, también no comerciales."
  ]},
  "official-toonify": { "english": "30536372", "lines": [
    "Cada cara de un clip dibujada como dibujo animado, en su sitio, con el sonido del clip. No hace falta ninguna edición: el propio generador del modelo dibuja el otro aspecto.",
    "",
    "1. Para su propio clip, sustituya *Vídeo de ejemplo* por *Cargar video*.",
    "2. Pruebe primero con `número de fotogramas` 24 en *Seguir caras* y *Editar vídeo*.",
    "",
    "**Archivo** (guárdelo en la carpeta y pulse R; los editores más nuevos ofrecen la descarga)",
    "",
    "- [styleganex_toonify_cartoon.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) en `models/styleganex`; también `styleganex_toonify_arcane.pt` y `styleganex_toonify_pixar.pt`",
    "",
    "**No ejecutado aquí:** los pesos no se incluyen ni estaban a mano; este grafo se probó con archivos sustitutos de la misma estructura.",
    "",
    "**Licencia:** los pesos se publican con la S-Lab License 1.0, **solo para uso no comercial**; derivan de los generadores de NVIDIA, también no comerciales."
  ]},
  "official-super-resolution": { "english": "330bc600", "lines": [
    "Una cara diminuta redibujada con detalle. Aquí se reduce antes una buena imagen (`fuente`: *reduce first*), para que pueda comparar; para una imagen que ya es pequeña elija *small picture*.",
    "",
    "**Archivo** (guárdelo en la carpeta y pulse R; los editores más nuevos ofrecen la descarga)",
    "",
    "- [styleganex_sr.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) en `models/styleganex`: `factor de aumento` de 4 a 48 en pasos de 4. Para 32 veces existe `styleganex_sr32.pt`.",
    "",
    "**No ejecutado aquí:** los pesos no se incluyen ni estaban a mano; este grafo se probó con archivos sustitutos de la misma estructura.",
    "",
    "**Licencia:** los pesos se publican con la S-Lab License 1.0, **solo para uso no comercial**; derivan de los generadores FFHQ de NVIDIA, también no comerciales.",
    "",
    "Lo que se dibuja es verosímil, no una prueba de quién es."
  ]},
  "official-sketch-to-face": { "english": "ca758e8b", "lines": [
    "Líneas de una foto y cuatro caras que las siguen. Pinte su propio boceto en el editor de máscaras de *Cargar imagen* y conéctelo en lugar de *Foto a boceto*.",
    "",
    "**Archivo** (guárdelo en la carpeta y pulse R; los editores más nuevos ofrecen la descarga)",
    "",
    "- [styleganex_sketch2face.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) en `models/styleganex`",
    "",
    "**No ejecutado aquí:** los pesos no se incluyen ni estaban a mano; este grafo se probó con archivos sustitutos de la misma estructura.",
    "",
    "**Licencia:** los pesos se publican con la S-Lab License 1.0, **solo para uso no comercial**; derivan de los generadores FFHQ de NVIDIA, también no comerciales.",
    "",
    "`semilla` elige el aspecto, `capas` cuántas ranuras de estilo decide. `referencia` lo toma en cambio de una foto."
  ]},
  "official-mask-to-face": { "english": "dd5fda56", "lines": [
    "Las partes de una cara halladas en una foto, y cuatro caras con esa disposición. Entre medias puede repintar partes con *Etiquetas a partir de máscaras*.",
    "",
    "**Archivos** (guárdelos en las carpetas y pulse R; los editores más nuevos ofrecen las descargas)",
    "",
    "- [styleganex_mask2face.pt](https://huggingface.co/PKUWilliamYang/StyleGANEX/tree/main/pretrained_models) en `models/styleganex`",
    "- [faceparsing.pth](https://huggingface.co/PKUWilliamYang/VToonify/tree/main/models) (BiSeNet, MIT) en `models/styleganex`: el analizador con el que aprendió el modelo publicado; sin él, *Analizar cara* usa el pequeño que viene con este paquete",
    "",
    "**No ejecutado aquí:** los pesos no se incluyen ni estaban a mano; este grafo se probó con archivos sustitutos de la misma estructura.",
    "",
    "**Licencia:** los pesos de StyleGANEX se publican con la S-Lab License 1.0, **solo para uso no comercial**; derivan de los generadores FFHQ de NVIDIA, también no comerciales."
  ]}
};
