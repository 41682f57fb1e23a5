CENTS = {'EUR':100,'USD':100}
def convert(amount, currency='EUR'): return amount*CENTS[currency]
