"""Looks into what `sam build` has made, before anybody deploys it."""
