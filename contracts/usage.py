"""What `python -m contracts --help` prints."""

USAGE = """\
Liaison, the agreement: what research promises and production fulfils.

  python -m contracts [task=…] [product=…] [any.key=value …]

Tasks
  ingest   build a product's events from its raw data (the default)
  publish  copy research's draft to the published contracts: a person's act, never changed after
  prove    run the contract's equivalence clauses on production's implementation

Examples
  python -m contracts task=ingest
      build the events of flights under data/flights
  python -m contracts task=prove product=flights
      hold the implementation to the published contract, and write a report
  python -m contracts task=prove task.options.draft=true
      hold it to research's draft instead: would it still pass?
  python -m contracts task=publish product=flights
      publish the draft under outputs/specify/flights, from a clean work tree
  pytest --contract flights
      the same clauses as test items, for CI

Where to go from here
  --cfg job              print every key and its value
  --config-dir DIR       add your own products from a folder like conf/
  python -m research     explore, learn, specify      python -m production   run, compare, describe
"""
