def f(a,b):
    return {'a':a,'b':b}
value = some_function(argument_number_one, argument_two)
