"""Predicts whole tables by one generation, as streams: a table may be larger than memory."""
