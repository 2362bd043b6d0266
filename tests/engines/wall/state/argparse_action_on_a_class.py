# escape: a store on any object by an action
# expect: guest TypeError
# control: yes
import argparse, json
action = argparse.ArgumentParser().add_argument("--x", dest="default")
action(None, json.JSONEncoder, "forged")
escaped = json.JSONEncoder.default == "forged"
