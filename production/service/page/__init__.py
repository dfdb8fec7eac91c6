"""The console: the page of a product in service, from its live database and its processes' metrics.

`read.py` reads all that is shown into one `state.ConsoleState`; `fragments.py` renders it;
`console.py` answers the routes, and `frozen.py` writes the same page as one file.
"""
