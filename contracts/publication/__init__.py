"""How a contract is made: configured, drafted by research, published by a person."""
