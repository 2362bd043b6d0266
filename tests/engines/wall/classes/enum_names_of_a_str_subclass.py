# escape: members of an enumeration whose names are other ones the second time they are read
# expect: guest TypeError
import enum


class Names(str):
    def replace(self, old, new):
        return self

    def split(self):
        return ["first", "__reduce_ex__"]


escaped = enum.Enum("E", Names("first second"))
