"""Connections, devices and block lists of persons."""
