# escape: a process
# expect: HC201
# control: yes
import subprocess
escaped = subprocess.run(["true"]).returncode == 0
