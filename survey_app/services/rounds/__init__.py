"""Rounds of one's own: asked of units, answered, closed, compiled in results."""
