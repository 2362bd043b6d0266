# escape: the working directory of the process
# expect: value None
# control: yes
import os
os.mkdir("wall-directory") if not os.path.isdir("wall-directory") else None
os.chdir("wall-directory")
escaped = os.getcwd().endswith("wall-directory")
