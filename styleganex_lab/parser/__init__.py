"""The bundled face parser: labels of real photos to learn from, and its training."""
