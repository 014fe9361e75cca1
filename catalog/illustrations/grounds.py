"""Grounds: the colours of wall, table and disc on which a drawing stands."""

from typing import NamedTuple


class Ground(NamedTuple):
    wall: str
    table: str
    disc: str
    is_dark: bool = False


GROUNDS = {
    "diep": Ground("#F0E5CF", "#DFCDA8", "#E7D8B8"),
    "hoe": Ground("#F1D28C", "#DDB25B", "#EAC373"),
    "men": Ground("#C6D8DC", "#A1BCC6", "#B5CBD2"),
    "lanon": Ground("#CFD8AD", "#AEBC80", "#BFCA97"),
    "sen": Ground("#EDC8B9", "#D8A591", "#E3B5A3"),
    "cham": Ground("#34496A", "#263850", "#40567A", is_dark=True),
    "dong": Ground("#8DB4AA", "#679289", "#7AA49A"),
    "dat": Ground("#D39C73", "#B07048", "#C58960"),
    "la": Ground("#5E7C59", "#47623F", "#6C8A66", is_dark=True),
    "hong": Ground("#F3D9C9", "#E0B9A4", "#EAC9B6"),
    "lam": Ground("#7E9FB8", "#587C99", "#6F92AD"),
    "gach": Ground("#D9A48D", "#BC7E63", "#CC927A"),
}

SHADOW = "#2B2723"
PAPER = "#FFFBF2"
