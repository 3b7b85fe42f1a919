"""Lambda events in, replies out: the only place that knows their shapes."""
