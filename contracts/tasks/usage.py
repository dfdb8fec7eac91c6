"""What `python -m contracts --help` prints."""

USAGE = """\
Liaison, the contracts between research and production: publish, prove, compare,
verify.

  python -m contracts [task=…] [product=…] [any.key=value …]

Tasks
  ingest   build a product's events from its raw data (the default)
  list     every published contract, and which production has yet to fulfil
  show     one contract as a document: terminal, Markdown, HTML
  check    would the code publish what is published? For CI: needs no data and
           no training
  diff     what changed between two versions, and whom it breaks
  publish  copy research's draft to the published contracts, where it never
           changes again
  prove    run the contract's equivalence clauses, and show where two
           implementations differ
  verify   can it be deployed: is it published, signed, proven, fulfilled by
           what is in service?
  export   JSON Schema, and the Open Data Contract Standard

Examples
  python -m contracts task=ingest
      build the events of flights under data/flights
  python -m contracts task=diff old=1.0.0 new=code
      compare what the code would publish now with what is published
  python -m contracts task=prove
      test the implementation against the published contract, and write a report
  python -m contracts task=prove liaison=joint
      test research's solution, in the form it is served in, against the same
      clauses
  python -m contracts task=prove task.options.draft=true
      test it against research's draft instead: would it still pass?
  python -m contracts task=publish
      publish the draft in outputs/specify/flights; the git work tree must be
      clean
  pytest --contract flights
      the same clauses as test items, for CI

Where to go from here
  --cfg job              print every key and its value
  --config-dir DIR       add your own products from a folder like conf/
  python -m research     explore, learn, specify
  python -m production   run, compare, describe
"""
