"""The pages on which an export of another system is mapped to our columns and loaded into a copy of an instance."""
