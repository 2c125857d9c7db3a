"""What is stored about a person: told, given out, removed."""
