"""Media: uploads, messages that name them, and downloads."""
