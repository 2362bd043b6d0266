# escape: a deeply nested group of exceptions
# expect: guest ExceptionGroup
e = ValueError()
for _ in range(20000):
    e = ExceptionGroup("x", [e])
raise e
