"""The operator's command line: `python -m catchup_admin --help`, or `make admin ARGS="…"`.

It works on the tables, queues and connections of a deployment with the service's own repositories and use cases, under
the operator's own permissions. docs/operations.md lists the permissions and explains the commands.

    arguments ─▶ place (where) ─▶ bootstrap (with what) ─▶ overview, people, audit, redrive, closing, review ─▶ output
"""
