def page(items, number, size):
    return items[number * size : (number + 1) * size]
