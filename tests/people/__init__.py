"""People with devices, and what must be true of what they see: for faults, races and the model."""
