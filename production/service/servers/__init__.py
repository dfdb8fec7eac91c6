"""Servers of HTTP, each an adapter that runs the same application."""
