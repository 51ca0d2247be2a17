"""The tests: folders mirror the packages; `contracts` holds the house rules, `fakes` what stands in for the outside."""
