"""The page of `make run`: its files, and what only this page asks of the local stack. AWS has nothing of it."""
