# escape: the loader of a module
# expect: HC101
# control: yes
import json
escaped = bool(json.__spec__ and json.__loader__)
