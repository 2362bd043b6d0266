out = []
for i in range(4):
    try:
        if i % 2:
            continue
        out.append(i)
    except ValueError:
        out.append("never")
    else:
        out.append("else")
    finally:
        out.append("fin")
out
