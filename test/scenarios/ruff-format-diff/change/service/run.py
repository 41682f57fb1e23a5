NAME = "service"


def run():
    return NAME
