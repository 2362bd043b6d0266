open("nothing/here.txt")
