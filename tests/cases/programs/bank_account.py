class InsufficientFunds(Exception):
    pass
class Account:
    interest = 0.02
    def __init__(self, owner, balance=0):
        self.owner, self._balance, self.history = owner, balance, []
    @property
    def balance(self): return self._balance
    def withdraw(self, n):
        if n > self._balance:
            raise InsufficientFunds(f"{self.owner} has {self._balance}, wants {n}")
        self._balance -= n
        self.history.append(("out", n))
        return self
class Savings(Account):
    def add_interest(self):
        self._balance += self._balance * self.interest
        return self
s = Savings("ann", 100).withdraw(30).add_interest()
print(s.balance, s.history)
s.withdraw(1000)
