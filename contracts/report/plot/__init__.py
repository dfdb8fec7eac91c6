"""Pictures of figures, by matplotlib: inline SVG with the page's own colours."""
