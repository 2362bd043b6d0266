match {"k": [1, 2, 3]}:
    case {"k": [first, *others]}:
        pass
(first, others)
