s = "ab" * 1000
(len(s), s.count("ba"), s.find("bb"), s[:4], hash(s) == hash("ab" * 1000))
