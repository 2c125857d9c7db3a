"""So many saves a second, for as long as a working day's rush: each one told, soon, and kept."""
