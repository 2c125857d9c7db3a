"""What judges written by others say of every kind of file that leaves the product."""
