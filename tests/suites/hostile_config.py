"""What an attacker writes into a configuration: names of code, Hydra's settings, resolvers."""

from __future__ import annotations

#: A module that leaves a mark when it is imported, and when anything of it is called.
CANARY = """
from pathlib import Path

def run(*given, **more):
    Path(__file__).with_name("sung").write_text("run")

class Bird:
    __init__ = method = run

run()
"""
PRODUCT_KEYS = (
    "product.ingest",
    "product.source",
    "product.source.query",
    "product.baseline",
    "product.solution.learner",
    "product.implementation.learner",
    "product.specification.schema",
)
PARTS = ("artifacts", "evaluation", "gate", "selector", "signing", "trigger")
COMMON = (
    *(f"{key}._target_" for key in PRODUCT_KEYS),
    "product.solution.model",
    "product.implementation.model",
    "task.answer",
)
KEYS = {
    "production": (*COMMON, *(f"{part}._target_" for part in PARTS)),
    "contracts": (*COMMON, "signing._target_"),
    "research": COMMON,
}
TARGETS = (
    # Code of others that runs something, reads a pickle, or does so when imported.
    *("os.system", "os.popen", "os.execv", "posix.system", "subprocess.run", "subprocess.Popen"),
    *("builtins.eval", "builtins.exec", "builtins.__import__", "eval", "exec", "__import__"),
    *("importlib.import_module", "runpy.run_path", "runpy.run_module", "code.interact"),
    *("pickle.load", "pickle.loads", "marshal.loads", "shelve.open", "shutil.rmtree"),
    *("pathlib.Path", "functools.partial", "operator.attrgetter", "ctypes.CDLL", "timeit.timeit"),
    *("numpy.load", "pandas.read_pickle", "joblib.load", "yaml.unsafe_load", "skops.io.load"),
    *("logging.config.dictConfig", "webbrowser.open", "antigravity.webbrowser", "idlelib.idle"),
    *("sklearn.linear_model.LogisticRegression", "onnxruntime.InferenceSession"),
    *("hydra.utils.instantiate", "hydra.utils.call", "hydra.utils.get_method"),
    *("hydra._internal.utils._locate", "omegaconf.OmegaConf.load", "conf.components"),
    # A module that can be imported, and what is in it.
    *("canary", "canary.run", "canary.Bird", "canary.Bird.method", "canary.Path"),
    # Our own functions, which are no components.
    "contracts.publication.repository.commit",
    "contracts.config.entry.main",
    "contracts.config.instantiate.instantiate",
    "contracts.config.instantiate.locate",
    "contracts.config.compose.compose",
    "contracts.host.plugins.load",
    "contracts.testing.plugin.pytest_addoption",
    "production.generation.loader.Loader",
    "research.export.exported.LoadedState",
    # What our modules imported.
    "contracts.config.entry.os.system",
    "contracts.config.entry.sys.modules",
    "contracts.config.compose.re.compile",
    "contracts.publication.publish.shutil.rmtree",
    "contracts.host.clock.time",
    "production.triggers.schedule.duration",
    # Attributes of components, their modules, and names that are none.
    "production.triggers.schedule.Schedule.due",
    "production.triggers.schedule.Schedule.__init__.__globals__",
    "production.triggers.schedule.Schedule.__class__.__base__",
    "production.triggers.schedule.__builtins__.eval",
    "production.triggers.schedule.__loader__.load_module",
    "production.selectors",
    "production.triggers.schedule:Schedule",
    "production.triggers.schedule.schedule",
    " production.triggers.schedule.Schedule",
    "production..triggers.schedule.Schedule",
    ".triggers.schedule.Schedule",
    "contracts",
    "",
    ".",
    "__main__.main",
)


HYDRA_WORDS = (
    "hydra.callbacks={a: {_target_: canary.Bird}}",
    "+hydra.callbacks.a._target_=canary.Bird",
    "++hydra.callbacks.a._target_=canary.Bird",
    "hydra.launcher._target_=canary.Bird",
    "hydra.sweeper._target_=canary.Bird",
    "hydra/launcher=canary",
    "+hydra/callbacks=canary",
    "hydra/sweeper=canary",
    "~hydra.launcher",
    "~hydra/job_logging",
    "hydra/job_logging=none",
    "+hydra.job_logging.handlers.a={class: canary.Bird}",
    "hydra.hydra_logging.handlers.console.class=canary.Bird",
    "hydra.searchpath=[pkg://canary]",
    "hydra.searchpath=[file://.]",
    "+hydra.job.env_set.LD_PRELOAD=canary.so",
    "hydra.job.env_copy=[HOME]",
    "hydra.job.chdir=true",
    "hydra.run.dir=/tmp/elsewhere",
    "hydra.sweep.dir=/tmp/elsewhere",
    "hydra.mode=MULTIRUN",
    "hydra.verbose=true",
    "hydra=null",
    "+selector@hydra.callbacks.a=champion",
    "+trigger@hydra.canary=never",
)


BIRD = "{a: {_target_: canary.Bird}}"
HYDRA_FILES = {
    "callbacks": f"hydra:\n  callbacks: {BIRD}\n",
    "launcher": "hydra:\n  launcher: {_target_: canary.Bird}\n",
    "sweeper": "hydra:\n  sweeper: {_target_: canary.Bird}\n",
    "parameters": "hydra:\n  sweeper: {params: {trigger._target_: canary.Bird}}\n",
    "a factory": "hydra:\n  job_logging: {handlers: {a: {(): canary.Bird}}}\n",
    "a handler": "hydra:\n  hydra_logging: {handlers: {console: {class: canary.Bird}}}\n",
    "the environment": "hydra:\n  job: {env_set: {LD_PRELOAD: canary.so}}\n",
    "a copy of it": "hydra:\n  job: {env_copy: [CANARY_IS_NOT_SET]}\n",
    "search path": "hydra:\n  searchpath: [pkg://canary]\n",
    "mode": "hydra:\n  mode: MULTIRUN\n",
    "folder": "hydra:\n  run: {dir: /tmp/elsewhere}\n",
    "no settings": "hydra: null\n",
    "other settings": "hydra: canary.Bird\n",
    "a key of none": "hydra:\n  canary: {_target_: canary.Bird}\n",
    "an option": "defaults:\n  - override /hydra/launcher: bird\n",
    "another option": "defaults:\n  - /hydra/callbacks@hydra.callbacks: bird\n",
}


CONTENTS = {
    "a nested target": "ingest: {_target_: contracts.products.flights.ingest.ingest, "
    "folder: {_target_: canary.Bird}}\n",
    "a target in a list": "notes: [[{_target_: canary.Bird}]]\n",
    "a target beside a partial": "source: {_partial_: true, _target_: canary.run}\n",
    "a target at the top": "_target_: canary.Bird\n",
    "arguments by place": "baseline: {_target_: contracts.data.baseline.YesterdaysRate, "
    "_args_: [canary]}\n",
    "a target put together": "baseline: {_target_: '${product.a}.Bird'}\na: canary\n",
    "a tag": "a: !!python/object/apply:canary.run []\n",
    "a module's tag": "a: !!python/module:canary\n",
    "a key of the task's": "answer: canary.run\n",
}


RESOLVERS = (
    "${oc.env:CANARY}",
    "${oc.env:CANARY,none}",
    "a ${oc.env:CANARY} b",
    "${oc.decode:'{_target_: canary.Bird}'}",
    "${oc.create:{_target_: canary.Bird}}",
    "${oc.select:paths.none,${oc.env:CANARY}}",
    "${oc.${paths.none}:CANARY}",
    "${oc.dict.keys:paths}",
    "${oc.dict.values:paths}",
    "${oc.deprecated:paths.data}",
    "${hydra:runtime.cwd}",
    "${now:%Y}",
    "${python_version:}",
    "${${product.name}:CANARY}",
    "${paths.${oc.env:CANARY}}",
)
