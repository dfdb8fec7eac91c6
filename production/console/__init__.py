"""What a person sees on the terminal; the only package that draws with rich."""
