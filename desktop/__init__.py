"""Qt windows, view models and the command line. A rule found in a widget is a defect: rules live in `editorial`."""
