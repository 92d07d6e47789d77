"""What an estates lead does beside solving: test a hand-back, and what else is asked of a saved plan."""
