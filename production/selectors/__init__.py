"""Selectors, a file each: how a manifest's arms share the traffic, and which serves a request."""
