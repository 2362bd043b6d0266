class BudgetError(ValueError):
    def __str__(self): return "over by " + str(self.args[0])
raise BudgetError(12)
