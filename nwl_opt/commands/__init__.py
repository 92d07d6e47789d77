"""What each command does: arguments in, service layer called, exit code out."""
