"""Wallets of red packets: who holds the money."""
