# escape: the dialects of the process
# expect: HC202
import csv
csv.register_dialect
