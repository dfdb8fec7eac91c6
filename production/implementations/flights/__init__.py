"""Production's implementation of flights: texts looked up, trees stored as an ONNX graph."""
