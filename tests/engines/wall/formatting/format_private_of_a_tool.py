# escape: an attribute by str.format
# expect: HC102
escaped = "{0._Tool__call}".format(search)
