"""Exports a fitted scikit-learn estimator in a form that serves: ONNX, else guarded skops."""
