# escape: the namespace behind the names
# expect: HC104
globals()["final_answer"] = 1
