"""A contract in other formats: JSON Schema, the Open Data Contract Standard."""
