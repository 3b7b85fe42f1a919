"""A package for each capability, its ports beside it. Each use case takes its repositories and its clock."""
