"""What the command lines of this repository share; neither `local` nor `catchup_admin` is known here.

Standard library only, so that a Python without this repository's packages can be told what to do.
"""
