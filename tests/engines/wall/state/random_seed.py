# escape: the random generator of the process
# expect: value None
# control: yes
import random
random.seed(1)
escaped = round(random.random(), 4) == 0.1344
