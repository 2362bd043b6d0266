try:
    import no_such_module_here as fast
except ImportError:
    fast = None
fast
