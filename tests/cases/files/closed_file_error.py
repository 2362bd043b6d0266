f = open("c.txt", "w")
f.close()
f.write("x")
