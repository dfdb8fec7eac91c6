"""A schema as columns: for frames, for one record off the wire, and as test inputs."""
