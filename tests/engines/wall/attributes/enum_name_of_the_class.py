# escape: a descriptor of the library's out of the dictionary of its class, where reading it from the class fails
# expect: HC101
import enum
escaped = enum.Enum.__dict__["name"]
