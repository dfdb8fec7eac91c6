"""A proof as a person reads it: its page and its words, its pictures, what sets rows apart."""
