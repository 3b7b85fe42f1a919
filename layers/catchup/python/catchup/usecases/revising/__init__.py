"""Revising: an author recalls or edits a message; a group's owner and admins recall any."""
