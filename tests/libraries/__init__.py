"""The client libraries behind one interface, so that a scenario is written once and runs over each of them."""
