"""The agreement and the words: what research promises and production fulfils. Imports neither side."""
