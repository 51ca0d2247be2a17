"""What is wrong with a post before anybody signs it: pure rules over exact contents, and a rule set with a digest.

No input or output, no clock, no network: the same content always gives the same findings.
"""

from editorial.checks.findings import CheckContext, Checker, Finding, Fix, Severity
from editorial.checks.ruleset import RuleSet, default_rules

__all__ = ["CheckContext", "Checker", "Finding", "Fix", "RuleSet", "Severity", "default_rules"]
