class V:
    def __eq__(self, o): return True
{V(): 1}
