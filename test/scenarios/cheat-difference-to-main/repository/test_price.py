from price import price

assert price(2) == 6
