"""The report of a proof: its summary, its page and pictures, and what distinguishes some rows."""
