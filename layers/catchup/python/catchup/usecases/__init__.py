"""One module per thing that the service does. Each takes its repositories and its clock as arguments."""
