"""The promises of speed and size, measured. CPU seconds throughout, one thread."""

from models.estates.bench.estate_promises import reference, test_handback, test_handback_proof, timetables
from models.estates.bench.scale_promises import eighty_sites, forty_sites
from models.shared.promises import Promises

PROMISES: Promises = {
    "forty_sites": forty_sites,
    "eighty_sites": eighty_sites,
    "reference": reference,
    "timetables": timetables,
    "test_handback": test_handback,
    "test_handback_proof": test_handback_proof,
}
"""Measures every promise, by name, in the order they are shown."""
