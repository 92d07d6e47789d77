"""Instances, scenarios and a generator, laid out as shipped data is."""
