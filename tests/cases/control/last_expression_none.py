print("only output")
