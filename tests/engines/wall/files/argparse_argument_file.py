# escape: a file outside the cell
# expect: HC401
# control: yes
import argparse
escaped = argparse.ArgumentParser(fromfile_prefix_chars="@").parse_known_args(["@/etc/hostname"])[1] != []
