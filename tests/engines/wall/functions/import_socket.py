# escape: a socket
# expect: HC201
# control: yes
import socket
escaped = socket.socket() is not None
