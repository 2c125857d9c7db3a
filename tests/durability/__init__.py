"""What was acknowledged is kept, whatever happens to the server: trust by experiment."""
