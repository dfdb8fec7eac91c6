"""The Open Inference Protocol, version 2: a product as a model with tensors."""
