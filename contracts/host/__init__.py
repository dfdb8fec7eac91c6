"""What the machine gives: time, durable files, installed plug-ins, the encoding of a terminal."""
