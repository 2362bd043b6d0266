"""Tools: host functions described to a model. Their arguments come from outside and are checked before the call."""
