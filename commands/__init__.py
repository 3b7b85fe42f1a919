"""Code that the command lines of this repository share. It does not import `local` or `catchup_admin`.

It uses only the standard library, so that it can print a hint even if the repository's packages are not installed.
"""
