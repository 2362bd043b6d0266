# engines: guarded
# refused: HC202
import statistics

hasattr(statistics, "sys")
