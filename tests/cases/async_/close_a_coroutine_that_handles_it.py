async def c():
    try: await Y()
    except GeneratorExit: print('exit'); 
    print('after')
class Y:
    def __await__(self): yield 1
x = c(); x.send(None); x.close()
