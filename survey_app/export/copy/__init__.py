"""A copy to give out: what of a record can be masked, and what the copy then says."""
