# escape: text that inspect evaluates, of a mock that claims to be a function of C
# expect: guest ValueError
import inspect, unittest.mock
inspect.signature(unittest.mock.Mock(spec=len))
