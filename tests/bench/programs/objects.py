class Account:
    def __init__(self, owner, balance):
        self.owner = owner
        self.balance = balance
        self.moves = 0

    def move(self, amount, other):
        if self.balance >= amount:
            self.balance -= amount
            other.balance += amount
            self.moves += 1


accounts = [Account(f"a{i}", 1_000) for i in range(50)]
for turn in range(40_000):
    accounts[turn % 50].move(turn % 13, accounts[(turn * 7 + 3) % 50])
result = [sum(a.balance for a in accounts), max(a.moves for a in accounts)]
