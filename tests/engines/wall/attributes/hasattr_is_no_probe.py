# escape: private attributes of library objects
# expect: HC102
import random
escaped = hasattr(random.Random(), "_inst") or hasattr(random.Random(), "_randbelow")
