"""Code generated from proto/catchup/v1/catchup.proto; see the README for the command. Not public."""
