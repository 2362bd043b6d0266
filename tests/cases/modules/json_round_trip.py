import json
data = {"name": "é", "list": [1, 2.5, None, True], "nested": {"k": "v"}}
text = json.dumps(data, indent=2, ensure_ascii=False)
print(text)
json.loads(text) == data
