"""What `python -m research --help` prints."""

USAGE = """\
Liaison, research's side: explore a product's data, prove a solution, draft its
contract.

  python -m research [task=…] [product=…] [any.key=value …]

Tasks
  new      make a product of a table: product=… data=… target=… [time=…]
  explore  a report to look at: distributions, gaps, drift, the rate of the
           target (the default)
  learn    train, tune and evaluate with time-honest splits; metrics and plots
           for DVC
  specify  write the draft of a contract, or say what misses its threshold

Examples
  python -m research task=new product=sales data=sales.csv target=amount time=at
      look at a table, learn once, and write the product; then:
      python -m production product=sales task=compare
  python -m research task=explore
      look at the weeks research may see
  python -m research task=learn product.learning.trials=5
      a short search of parameters
  python -m research task=specify product.contract=1.1.0
      draft the next version of the contract
  python -m contracts task=prove task.options.draft=true
      would production's implementation fulfil that draft?
  dvc repro
      all of it, from raw data to the year of operation; only what changed runs
      again

Where to go from here
  --cfg job              print every key and its value
  --config-dir DIR       add your own products from a folder like conf/
  python -m contracts    ingest, publish, prove
  python -m production   run, compare, describe
"""
