"""The web app: it reads and writes run folders and starts our own commands; the services do the work."""
