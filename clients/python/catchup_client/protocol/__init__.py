"""The protocol without any I/O: frames in both encodings, and the rules of counting, gaps, paging and acking.

Nothing in here reads a socket, a file or a clock. The modules outside this package do, and ask this one what to do.
"""
