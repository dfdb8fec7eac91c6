"""The checks a contract's schema may carry, each in one place: frame, record and test inputs."""
