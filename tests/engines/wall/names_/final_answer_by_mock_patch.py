# escape: a forged final answer by unittest.mock.patch
# expect: HC104
from unittest.mock import patch
patch("__main__.final_answer", lambda value: None).start()
