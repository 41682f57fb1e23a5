def price(n):
    return n * 4
