def render(names):
    return "".join(f"- {name}\n" for name in names)
