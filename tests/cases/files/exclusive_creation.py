open("x.txt", "x").close()
open("x.txt", "x")
