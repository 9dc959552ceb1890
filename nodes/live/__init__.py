"""Live editing: a node whose picture follows sliders in the editor, between runs of the graph.

`node` computes latents and puts them into `store` under a secret handle; `route` lets the editor
ask for their picture at other strengths (`request` checks what it asks), which `painter` draws.
Documented in docs/live-editing.md.
"""
