"""Signatures over contracts and artifacts, made and checked."""
