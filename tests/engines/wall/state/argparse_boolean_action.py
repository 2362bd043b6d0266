# escape: a store on any object by an action
# expect: guest TypeError
import argparse, json
argparse.BooleanOptionalAction(["--x"], dest="default")(None, json.JSONEncoder, None, "--x")
escaped = json.JSONEncoder.default
