"""Pieces of the pages both sides write: tables, figures, and one self-contained HTML file."""
