import types
def tryit(f):
    try: f()
    except BaseException as e: print(type(e).__name__, e, repr(e.__cause__), repr(e.__context__))
def run(c):
    try:
        while True: c.send(None)
    except StopIteration as s: return s.value
class A:
    def __init__(s,v): s.v=v
    def __await__(s): return s.v
    def __aiter__(s): return s
    def __anext__(s): return s.v
async def co(): pass
async def m1(): await A(co())
async def m2(): await A(1)
async def m3():
    async for x in A(1): pass
class B:
    def __aiter__(s): return s
    def __anext__(s): return s
    def __await__(s): 1/0
async def m4():
    async for x in B(): pass
class C:
    def __init__(s,a,b): s.a,s.b=a,b
    def __aenter__(s): return s.a
    def __aexit__(s,*e): return s.b
async def n(): return None
async def m5():
    async with C(1,2): pass
async def m6():
    async with C(n(),2): pass
async def m7():
    async with C(n(),2): raise KeyError
async def m8():
    async with C(n(),2): return 1
async def m9(): return [x async for x in A(1)]
class D:
    def __aiter__(s): return 1
async def m10():
    async for x in D(): pass
async def m11(): await A(A(1))
async def m12():
    async with C(A(1),n()): pass
def bar(): yield from co()
@types.coroutine
def nop(): yield
async def waiter(c): await c
async def inner(): await nop()
def f15():
    c=inner(); c.send(None)
    waiter(c).send(None)
def f16():
    c=inner()
    run(c); 
    c.send(None)
def f17():
    c=inner(); run(c)
    run(waiter(c))
async def ign():
    try: await nop()
    except GeneratorExit: await nop()
def f18():
    c=ign(); c.send(None); c.close()
def f19():
    for x in co(): pass
def f20(): list(bar())
def f21(): [*co()]
def f22():
    run(waiter(nop()))
    print("ok")
@types.coroutine
def tc(): return (yield from co())
def f23(): print(run(waiter(tc())))
@types.coroutine
def notgen(): return co()
def f24(): print(run(waiter(notgen())))
def f25(): print(type(notgen()), isinstance(nop, types.FunctionType), nop.__code__.co_varnames, nop.__name__)
for f in (m1,m2,m3,m4,m5,m6,m7,m8,m9,m10,m11,m12):
    print(f.__name__); tryit(lambda: run(f()))
for f in (f15,f16,f17,f18,f19,f20,f21,f22,f23,f24,f25):
    print(f.__name__); tryit(f)
