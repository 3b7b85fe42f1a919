"""What a group costs: see bench/groups.py."""
