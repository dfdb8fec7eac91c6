"""Serving evaluation: scoring the predictions that were served against outcomes."""
