VALUE = 1
name='tool'

def f(a,b):
    return a+b
