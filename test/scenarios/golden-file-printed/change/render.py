def render(names):
    return "".join(f"* {name[1:]}\n" for name in names)
