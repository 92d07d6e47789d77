"""How robust a plan is: futures, regret, switching values, and the most that can be saved."""
