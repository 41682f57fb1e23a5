from tide.ebb import ebb
from tide.registry import COMMANDS

assert COMMANDS["ebb"]() == ebb()
