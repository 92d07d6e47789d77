"""The pages every kind of problem shares."""
