assert not [0]
