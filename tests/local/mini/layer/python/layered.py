"""Stands for what a layer brings."""

WORD = "from the layer"
