"""The security log: kept, read, watched over, and told to administrators."""
