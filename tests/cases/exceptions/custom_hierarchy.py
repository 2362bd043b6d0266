class AppError(Exception):
    """Base."""
class NotFound(AppError):
    def __init__(self, what, code=404):
        super().__init__(f"{what} not found")
        self.what, self.code = what, code
try:
    raise NotFound("page")
except AppError as e:
    r = (type(e).__name__, str(e), e.args, e.what, e.code, repr(e), isinstance(e, NotFound))
r
