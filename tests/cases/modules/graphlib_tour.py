import graphlib

sorter = graphlib.TopologicalSorter({"d": {"b", "c"}, "b": {"a"}, "c": {"a"}})
sorter.add("e", "d")
print(list(sorter.static_order())[0], list(graphlib.TopologicalSorter({3: [2], 2: [1]}).static_order()))
steps = graphlib.TopologicalSorter({"d": ["b"], "b": ["a"]})
steps.prepare()
while steps.is_active():
    ready = steps.get_ready()
    print(ready)
    steps.done(*ready)
graphlib.TopologicalSorter({1: [2], 2: [1]}).prepare()
