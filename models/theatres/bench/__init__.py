"""The promises of speed and size, measured. CPU seconds throughout; what is compared is measured in the same run."""

from models.shared.promises import Promises
from models.theatres.bench.half_year_promises import half_year
from models.theatres.bench.monday_promises import days, repair
from models.theatres.bench.month_promises import large, months

PROMISES: Promises = {
    "months": months,
    "large": large,
    "days": days,
    "repair": repair,
    "half_year": half_year,
}
