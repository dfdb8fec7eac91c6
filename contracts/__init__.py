"""The agreement and the words: what research promises, production fulfils. Imports neither."""
