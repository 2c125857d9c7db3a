"""What is held of a person: told, asked for, removed."""
