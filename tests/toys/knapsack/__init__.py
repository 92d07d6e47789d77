"""A knapsack with the face of a real problem: what the front door is tested with."""
