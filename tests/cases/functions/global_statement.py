total = 0
def add(n):
    global total, created
    total += n
    created = "by add"

add(3)
add(4)
(total, created)
