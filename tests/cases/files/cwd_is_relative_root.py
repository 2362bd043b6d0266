import os
open("here.txt", "w").close()
(os.path.isfile("here.txt"), os.path.abspath("here.txt") == os.path.join(os.getcwd(), "here.txt"), os.path.isabs(os.getcwd()))
