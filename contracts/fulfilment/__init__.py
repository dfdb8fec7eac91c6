"""What may be deployed: published, proven and fulfilled contracts, graphs of known operators."""
