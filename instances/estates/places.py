"""The sites of the reference instance: where they stand, how they are held, and what is known of them.

Names, boroughs and what is planned: Joint Forward Plan, July 2024. Postcodes and grid references of the named sites:
NHS Choices files and the ODS list of GP practices (Open Government Licence), to 100 metres. The other sites are
invented: they stand at the centroids of real middle-layer super output areas (ONS, Open Government Licence) and carry
the name of the neighbourhood with the word "synthetic". Tenure, number of suites and role are invented for all.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Role = Literal["usual", "void", "whole", "hub"]


class Place(NamedTuple):
    """A site. By role: `void` has much empty space, `whole` can be closed, `hub` is kept by order."""

    site_id: str
    name: str
    postcode: str
    borough: str
    easting: int
    northing: int
    tenure: str
    suites: int
    role: Role = "usual"
    provenance: Literal["public", "synthetic"] = "public"


_HF, _KC = "Hammersmith and Fulham", "Kensington and Chelsea"
_FREE, _LEASE, _LIFT = "nhsps_freehold", "nhsps_leasehold", "lift_chp"

NAMED = (
    Place("wealdstone", "Wealdstone Health Centre", "", "Harrow", 515768, 189858, _FREE, 2, "whole", "synthetic"),
    Place("meadows", "Meadows Centre for Health", "TW4 7NR", "Hounslow", 511100, 176100, _FREE, 3, "whole"),
    Place("jubilee_gardens", "Jubilee Gardens", "UB1 2TJ", "Ealing", 513200, 181500, _FREE, 3, "void"),
    Place("feltham", "Feltham Centre for Health", "TW13 4GU", "Hounslow", 510500, 173100, _LEASE, 4, "void"),
    Place("st_charles", "St Charles Centre for Health and Wellbeing", "W10 6DZ", _KC, 523700, 181800, _FREE, 4,
          "void"),
    Place("south_westminster", "South Westminster Centre for Health", "SW1P 2PF", "Westminster", 529600, 178900,
          _LEASE, 4, "void"),
    Place("alexandra_avenue", "Alexandra Avenue Health and Social Care Centre", "HA2 9DX", "Harrow", 513000, 186700,
          _FREE, 3, "hub"),
    Place("heart_of_hounslow", "Heart of Hounslow Centre for Health", "TW3 3EL", "Hounslow", 513100, 175600, _LIFT,
          4),
    Place("chiswick", "Chiswick Health Centre", "W4 1RX", "Hounslow", 520900, 178500, _FREE, 3, "hub"),
    Place("grand_union", "Grand Union Village Health Centre", "UB5 6WL", "Ealing", 512700, 182600, _LIFT, 3),
    Place("alperton", "Alperton Health Centre", "", "Brent", 518048, 183842, _LEASE, 3, "usual", "synthetic"),
    Place("willesden", "Willesden Centre for Health and Care", "NW10 3RY", "Brent", 522400, 184100, "pfi", 4, "void"),
    Place("northwood_pinner", "Northwood and Pinner Health Centre", "HA6 1TH", "Hillingdon", 510100, 190700, _FREE, 3,
          "void"),
    Place("belmont", "Belmont Health Centre", "HA3 7LT", "Harrow", 516400, 190400, _LEASE, 3, "void"),
    Place("milson_road", "Milson Road Health Centre", "W14 0LJ", _HF, 523800, 179300, _FREE, 2, "whole"),
    Place("parkview", "Parkview Centre for Health and Wellbeing", "W12 7FG", _HF, 523302, 180300, _LIFT, 4, "usual",
          "synthetic"),
    Place("golborne", "Golborne Medical Centre", "W10 5PG", _KC, 524500, 182000, "gp", 2),
    Place("hillcrest", "Hillcrest Surgery", "W3 9RA", "Ealing", 519500, 180200, "gp", 2),
)  # fmt: skip


def _invented(
    site_id: str, area: str, borough: str, at: tuple[int, int], tenure: str, suites: int, role: Role = "usual"
) -> Place:
    return Place(site_id, f"{area} (synthetic site)", "", borough, *at, tenure, suites, role, "synthetic")


INVENTED = (
    _invented("wembley", "Wembley", "Brent", (517712, 185024), _LIFT, 3),
    _invented("kingsbury", "Kingsbury", "Brent", (520508, 187741), _FREE, 3),
    _invented("neasden", "Neasden", "Brent", (521390, 185800), _LEASE, 3),
    _invented("harlesden", "Harlesden", "Brent", (521739, 183408), _FREE, 4),
    _invented("queens_park", "Queen's Park", "Brent", (524072, 183187), _FREE, 2, "whole"),
    _invented("hanwell", "Hanwell", "Ealing", (515451, 179955), _FREE, 3, "whole"),
    _invented("southall", "Southall Broadway", "Ealing", (512164, 180295), _LIFT, 4),
    _invented("greenford", "Greenford", "Ealing", (514748, 183469), _FREE, 3),
    _invented("west_ealing", "West Ealing", "Ealing", (517064, 179734), _LEASE, 3, "whole"),
    _invented("northolt", "Northolt", "Ealing", (513562, 184362), _FREE, 3, "whole"),
    _invented("shepherds_bush", "Shepherd's Bush", _HF, (523619, 179584), _LEASE, 3),
    _invented("fulham", "Fulham", _HF, (524894, 176804), _FREE, 3),
    _invented("stanmore", "Stanmore", "Harrow", (517758, 190101), _FREE, 2),
    _invented("pinner", "Pinner", "Harrow", (512187, 189552), _LEASE, 3, "whole"),
    _invented("harrow_town", "Harrow town", "Harrow", (515278, 188904), _LIFT, 4),
    _invented("uxbridge", "Uxbridge", "Hillingdon", (506111, 183625), _LEASE, 4),
    _invented("hayes", "Hayes", "Hillingdon", (509616, 180234), _LIFT, 4),
    _invented("yiewsley", "Yiewsley", "Hillingdon", (505675, 181289), _FREE, 3),
    _invented("ruislip", "Ruislip", "Hillingdon", (509537, 187681), _LIFT, 3),
    _invented("south_ruislip", "South Ruislip", "Hillingdon", (511495, 185454), _FREE, 2, "whole"),
    _invented("harlington", "Harlington", "Hillingdon", (509213, 177835), _FREE, 2, "whole"),
    _invented("brentford", "Brentford", "Hounslow", (517239, 177817), "pfi", 3),
    _invented("heston", "Heston", "Hounslow", (511954, 177027), _FREE, 3, "whole"),
    _invented("earls_court", "Earl's Court", _KC, (525125, 178649), _LEASE, 3),
    _invented("chelsea", "Chelsea", _KC, (526368, 177343), _LIFT, 3),
    _invented("st_johns_wood", "St John's Wood", "Westminster", (526679, 182752), _LEASE, 2, "whole"),
    _invented("maida_vale", "Maida Vale", "Westminster", (525535, 182409), _FREE, 3, "whole"),
    _invented("bayswater", "Bayswater", "Westminster", (526384, 181076), _LIFT, 2),
    _invented("marylebone", "Marylebone", "Westminster", (527830, 182234), _LEASE, 3, "whole"),
    _invented("soho", "Soho", "Westminster", (529155, 181422), _LEASE, 2, "whole"),
)

PLACES = NAMED + INVENTED

# Leaseholds whose lease is an onerous one (invented).
ONEROUS = frozenset({"earls_court", "neasden"})
