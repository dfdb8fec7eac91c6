"""Research's solution to flights: a scikit-learn pipeline, and the ONNX form it is served in."""
