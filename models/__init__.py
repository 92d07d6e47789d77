"""The mathematics: one folder per problem, the same file names in each."""
