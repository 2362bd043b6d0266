class C:
    def m(): return 1
C().m()
