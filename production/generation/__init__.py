"""Generations: their files, what they state about themselves, and how they are loaded."""
