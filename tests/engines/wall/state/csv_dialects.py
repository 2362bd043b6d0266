# escape: the dialects of the process
# expect: value ['excel', 'excel-tab', 'mine']
import csv


csv.unregister_dialect("unix")
csv.register_dialect("mine", delimiter=";")
csv.field_size_limit(1)
csv.list_dialects()
