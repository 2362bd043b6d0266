# escape: a frame
# expect: HC101
# control: yes
try:
    1 / 0
except ZeroDivisionError as e:
    escaped = e.__traceback__.tb_frame is not None
