"""What people see in a terminal: results, faults, progress. It prints and decides nothing."""
