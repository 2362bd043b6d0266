# escape: values that the library stores on itself, hooked later
# expect: HC102
import logging
class Mix:
    pass
class F(Mix, logging.Formatter):
    pass
Mix.__setattr__ = lambda self, name, value: None
