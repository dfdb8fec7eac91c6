"""Access to the machine: time, durable files, installed plug-ins, the encoding of its output."""
