"""Where should the money go: a needs-weighted move of budgets over several years."""
