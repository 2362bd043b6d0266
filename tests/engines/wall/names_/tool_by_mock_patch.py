# escape: a forged tool by unittest.mock.patch
# expect: HC104
from unittest.mock import patch
patch("__main__.search", lambda question: "forged").start()
search("x")
