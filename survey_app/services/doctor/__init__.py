"""The doctor: what it finds in an installation, place by place."""
