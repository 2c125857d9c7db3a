"""Tables, engine and queries. Nothing here decides; services do."""
