from typing import Protocol, runtime_checkable
@runtime_checkable
class HasArea(Protocol):
    def area(self) -> float: ...
class Sq:
    def area(self): return 4.0
(isinstance(Sq(), HasArea), isinstance(3, HasArea))
