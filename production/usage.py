"""What `python -m production --help` prints."""

USAGE = """\
Liaison, production's side: run a product's lifecycle, and see what another
would have given.

  python -m production [task=…] [product=…] [lifecycle=…] [any.key=value …]

Tasks
  run        the product through its history under one lifecycle (the default)
  compare    lifecycles on the same history, in one table with a verdict
  describe   what decides a lifecycle, its stages and actors, what it cannot do
  taxonomy   all 32 combinations of attributes and what becomes of each
  deploy     bring the product into service: train, judge and publish its first
             generation
  status     what serves, what was served, what came back, what is due next
  explain    why it serves, was refused or rolled back, or why nothing was done
             at a moment
  operate    all at once: deploy if need be, serve, let the agents act, restart
             what ends; traffic=replay plays the product's history to it through
             HTTP, accelerated
  serve      the deployed product over HTTP, until SIGTERM
  feedback   fetch the outcomes that arrived in the product's source
  evaluate   score what was served in the windows that closed
  score      predictions of a whole table by one generation, as Parquet files
  token      make a token for who may call a server, or revoke one
  promote, rollback, pin, unpin, quarantine
             change what serves, with a reason that is kept on record
  refresh, approve, reject
             ask for a refresh, or answer what a trigger proposed
  replay     what another selector would have gained on the live log, before it
             is published
  experiment what the running experiment says by now, at every look

Lifecycles, presets over five attributes; each attribute can be set on its own
  interactive  a person's session trains what ships (an anti-pattern, to be
               measured)
  open         an agent trains and bundles at each release; what was served is
               scored
  adaptive     generations are trained when a trigger fires, promoted by a gate
  dual         as adaptive, with production's own implementation held to a
               contract (the default)

  data_access     programmatic | ad_hoc_dump      deployment  dynamic | wrapped
  model_sourcing  unattended | interactive        liaison     joint | dual
  model_updating  autonomous | release_enforced

Examples
  python -m production
      a year of flights under the dual lifecycle: a table by month and a report
  python -m production lifecycle=open product.until=2013-06-01T05:00:00Z
      another lifecycle, a shorter run
  python -m production lifecycle=adaptive trigger=decline trigger.margin=0.02
      refresh when skill against the naive baseline has fallen by .02
  python -m production task=compare
      all four lifecycles on the same history
  python -m production task=describe lifecycle=adaptive deployment=wrapped
      why that combination is refused, and the nearest one that works

Where to go from here
  --cfg job              print every key and its value
  --multirun key=a,b     run once for each value
  --config-dir DIR       add products and options from a folder like conf/
  python -m research     explore, learn, specify
  python -m contracts    ingest, publish, prove
"""
