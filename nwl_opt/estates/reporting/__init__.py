"""What a plan's tables say in pictures and sums: the map, cash, how full rooms are, who travels further.

Reports and pages set them; `saved` reads what they are made from.
"""
