log = []
def t(x, r):
    log.append(x)
    return r
t("a", False) and t("b", True)
t("c", True) or t("d", True)
t("e", 1) if t("f", 0) else t("g", 2)
log
