"""Accounts: who may sign in, how they show who they are, and what guards that."""
