from tide import registry


@registry.command
def ebb():
    return "low"
