"""One function per thing a person does. None of them commits; the edge commits once."""
