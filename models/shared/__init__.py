"""What the three problems have in common and nothing else: register, faults, findings, calendar, rounding."""
