PHASES = 8
NAMES = ["new", "full"]