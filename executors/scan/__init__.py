"""Reading guest source without running it: all that an engine would refuse, as data, text, JSON or SARIF."""

from __future__ import annotations

from sandbox.findings import Finding

from .documents import json_document
from .sarif import sarif_document
from .scanner import Scanned, Scanner, scan

__all__ = ["Finding", "Scanned", "Scanner", "json_document", "sarif_document", "scan"]
