def size(name: str) -> int:
    return name.upper()
