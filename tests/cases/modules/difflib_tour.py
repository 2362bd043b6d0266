import difflib

old, new = "one\ntwo\nthree\n".splitlines(True), "one\n2\nthree\nfour\n".splitlines(True)
print("".join(difflib.unified_diff(old, new, "old", "new")))
print("".join(difflib.context_diff(old, new, n=1)))
print("".join(difflib.ndiff(old, new)))
print("".join(difflib.restore(difflib.ndiff(old, new), 2)))
print(difflib.get_close_matches("appel", ["ape", "apple", "peach"], n=2, cutoff=0.5))
matcher = difflib.SequenceMatcher(None, "abcd", "bcde")
print(matcher.ratio(), matcher.quick_ratio(), matcher.real_quick_ratio(), matcher.get_opcodes())
print(matcher.find_longest_match(0, 4, 0, 4), matcher.get_matching_blocks(), list(matcher.get_grouped_opcodes(1)))
print(len(difflib.HtmlDiff().make_table(old, new)) > 100, difflib.IS_CHARACTER_JUNK(" "), difflib.IS_LINE_JUNK("\n"))
print(list(difflib.Differ().compare(["a"], ["b"])))
difflib.get_close_matches("x", [], n=0)
