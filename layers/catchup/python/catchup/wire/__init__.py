"""The wire: the generated schema, its two encodings, and what a frame must satisfy."""
