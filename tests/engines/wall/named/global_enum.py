# escape: names put into a module
# expect: HC202
import enum
enum.global_enum
