"""Where calls that need nothing of each other run: processes of this machine, or a cluster."""
