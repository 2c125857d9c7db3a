"""Archive copies: made, sealed, packed, kept."""
