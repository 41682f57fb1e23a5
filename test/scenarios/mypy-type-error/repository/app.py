def size(name: str) -> int:
    return len(name)
