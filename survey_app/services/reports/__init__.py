"""Reports compiled from a round: pieces, who settles them, what they take in."""
