"""A delivery: the plan, the ledger, what is held, and what the receiver confirms."""
