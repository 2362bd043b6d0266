größe = 3
ﬁ = 4
(größe, fi)
