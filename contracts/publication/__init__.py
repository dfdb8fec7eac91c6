"""How a contract comes to be: drafted by research, published by a person."""
