"""What `python -m contracts --help` prints."""

USAGE = """\
Liaison, the agreement: what research promises and production fulfils.

  python -m contracts [task=…] [product=…] [any.key=value …]

Tasks
  ingest   build a product's events from its raw data (the default)
  list     every published contract, and those production has yet to fulfil
  show     one contract as a document: terminal, Markdown, HTML
  check    hold the code to the published contract: CI's question, needs no data and no fit
  diff     what changed between two versions, and whom it breaks
  publish  copy research's draft to the published contracts: a person's act, never changed after
  prove    run the contract's equivalence clauses, and draw where two implementations part
  verify   can it be deployed: published, signed, proven, and kept by what is in service
  export   JSON Schema, and the Open Data Contract Standard

Examples
  python -m contracts task=ingest
      build the events of flights under data/flights
  python -m contracts task=diff old=1.0.0 new=code
      what the code would publish now, against what is published
  python -m contracts task=prove
      hold the implementation to the published contract, and write a report
  python -m contracts task=prove liaison=joint
      hold research's solution, in the form it is served in, to the same clauses
  python -m contracts task=prove task.options.draft=true
      hold it to research's draft instead: would it still pass?
  python -m contracts task=publish
      publish the draft under outputs/specify/flights, from a clean work tree
  pytest --contract flights
      the same clauses as test items, for CI

Where to go from here
  --cfg job              print every key and its value
  --config-dir DIR       add your own products from a folder like conf/
  python -m research     explore, learn, specify      python -m production   run, compare, describe
"""
