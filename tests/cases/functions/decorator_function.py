def shout(f):
    def inner(*a):
        return f(*a).upper()
    return inner

def twice(n):
    def wrap(f):
        return lambda *a: f(*a) * n
    return wrap

@twice(2)
@shout
def greet(name):
    return "hi " + name

greet("ann")
