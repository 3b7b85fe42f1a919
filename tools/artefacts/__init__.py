"""Checks the output of `sam build` before it is deployed."""
