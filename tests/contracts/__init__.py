"""The house rules as tests: layers, sizes, what the source may not hold, what the files of the repository must say."""
