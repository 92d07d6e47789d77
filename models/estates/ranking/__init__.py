"""Which hand-backs are worth most: alone, beside the plan, in pairs; and the plans next best to the best."""
