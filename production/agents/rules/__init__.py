"""The rules of the gate, one a file: each judges a challenger by itself."""
