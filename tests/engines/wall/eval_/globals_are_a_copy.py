# escape: the namespace behind the names
# expect: guest TypeError
globals()["final_answer"] = 1
