x = (1 +
     2); y = [
    3,
    4,  # a comment
]; z = 5 \
    + 6
x, y, z
