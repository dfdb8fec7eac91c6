"""Pages that all three packages write: tables, figures, one self-contained HTML file."""
