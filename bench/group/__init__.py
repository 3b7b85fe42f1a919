"""Parts of bench/groups.py, which measures the cost of groups."""
