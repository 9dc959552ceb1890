"""The workshop behind the models: the renderer, training, evaluation and batch runs.

It builds on `styleganex_core`, which knows nothing of it: editing pictures needs the core alone.
"""
