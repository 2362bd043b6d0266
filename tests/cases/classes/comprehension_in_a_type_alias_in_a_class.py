# min-python: 3.13
class A:
    x = int
    type L = [x for _ in range(2)]
    type M = (lambda: x)()
x = "global"
print(A.L.__value__, A.M.__value__)
A.x = float
print(A.L.__value__, A.M.__value__)
