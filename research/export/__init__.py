"""A fitted scikit-learn estimator as what is served of it: an ONNX graph, or guarded skops."""
