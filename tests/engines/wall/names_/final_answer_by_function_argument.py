# escape: a forged final answer
# expect: HC104
def f(final_answer):
    pass
