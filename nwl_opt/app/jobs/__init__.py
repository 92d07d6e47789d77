"""Jobs: commands of ours, each in a process of its own, that outlive the server and are found again by it."""
