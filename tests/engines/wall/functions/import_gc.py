# escape: all objects of the process
# expect: HC201
# control: yes
import gc
escaped = len(gc.get_objects()) > 10
