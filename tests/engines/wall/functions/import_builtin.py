# escape: any module by the import function
# expect: HC103
# control: yes
escaped = __import__("os").getpid() > 0
