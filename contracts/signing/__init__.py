"""Signatures over contracts and artifacts: who vouches for their bytes, and who demands it."""
