"""Which ONNX graphs may be served: known operators, without loops, and all their data inside.

A graph is a program. One that was crafted could run without end, read other files, or take all
memory; so its operators are on a list here, and it is checked before a runtime sees it. Research
offers no graph that production would refuse.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from contracts.errors import DataError, did_you_mean
from contracts.fulfilment.walks import walks_end

if TYPE_CHECKING:
    from collections.abc import Iterator

#: By domain, what the converters of scikit-learn's estimators and our own graphs consist of. Each
#: is done once, in time and memory bounded by its inputs and attributes.
ALLOWED = {
    "": (
        "Abs Add And ArgMax ArgMin Cast Ceil Clip Compress Concat Constant ConstantOfShape CumSum "
        "Div Einsum Equal Erf Exp Flatten Floor Gather GatherElements GatherND Gemm Greater "
        "GreaterOrEqual HardSigmoid Identity IsInf IsNaN Less LessOrEqual Log LogSoftmax MatMul "
        "Max Mean Min Mod Mul Neg NonZero Not OneHot Or Pow Reciprocal ReduceL1 ReduceL2 "
        "ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum "
        "ReduceSumSquare RegexFullMatch Relu Reshape Round ScatterElements Shape Sigmoid Sign Size "
        "Slice Softmax Softplus Split Sqrt Squeeze StringConcat StringNormalizer StringSplit Sub "
        "Sum Tanh TfIdfVectorizer TopK Transpose Unsqueeze Where Xor"
    ),
    "ai.onnx.ml": (
        "ArrayFeatureExtractor Binarizer CategoryMapper DictVectorizer FeatureVectorizer Imputer "
        "LabelEncoder LinearClassifier LinearRegressor Normalizer OneHotEncoder SVMClassifier "
        "SVMRegressor Scaler TreeEnsembleClassifier TreeEnsembleRegressor"
    ),
    "com.microsoft": "CDist Tokenizer",
}
OPERATORS = {(domain, name) for domain, names in ALLOWED.items() for name in names.split()}
#: How many nodes a graph may have: an ensemble of any number of trees is one.
NODES = 10_000

#: The fields of ONNX's messages that are checked: number and type, a star where it repeats. What
#: is declared as ``bytes`` is refused wherever it stands; all other fields are skipped.
MESSAGES: dict[str, dict[str, tuple[int, str]]] = {
    "Model": {"graph": (7, "Graph"), "training_info": (20, "bytes"), "functions": (25, "bytes")},
    "Graph": {"node": (1, "Node*"), "initializer": (5, "Tensor*"), "sparse": (15, "bytes")},
    "Node": {"op_type": (4, "string"), "attribute": (5, "Attribute*"), "domain": (7, "string")},
    "Attribute": {
        "name": (1, "string"),
        "integers": (8, "int64*"),
        "texts": (9, "string*"),
        "tensor": (5, "Tensor"),
        "graph": (6, "bytes"),
        "tensors": (10, "Tensor*"),
        "graphs": (11, "bytes"),
        "reference": (21, "bytes"),
        "sparse": (22, "bytes"),
        "sparses": (23, "bytes"),
    },
    "Tensor": {"external_data": (13, "bytes")},
}
REFUSED = {
    "training_info": "a training",
    "functions": "functions of its own",
    "graph": "a graph inside an operator",
    "graphs": "graphs inside an operator",
    "reference": "an attribute of a function",
    "external_data": "data outside of its file",
}


def check_graph(content: bytes, *, name: str) -> None:
    """Check that a serialized ONNX model is a graph that may be served.

    Args:
        content: The model's bytes.
        name: What messages call it.

    Raises:
        DataError: It is no ONNX model, or has a part or an operator that is not allowed.
    """
    try:
        model = _model_type().FromString(content)
    except DecodeError as error:
        raise DataError(f"{name} is no ONNX model: {error}") from error
    fault = next(_faults(model), "")
    if fault:
        raise DataError(
            f"{name} has {fault}, which is not served",
            hint="export a model of plain operators, or serve its own library's state",
        )


def _faults(model: Any) -> Iterator[str]:
    """Yield what is not allowed in a model."""
    yield from _refused(model)
    yield from _refused(model.graph)
    if len(model.graph.node) > NODES:
        yield f"{len(model.graph.node):,} operators, more than {NODES:,}"
    yield from (fault for tensor in model.graph.initializer for fault in _refused(tensor))
    for node in model.graph.node:
        # ONNX's own domain has two names.
        operator = ("" if node.domain == "ai.onnx" else node.domain, node.op_type)
        if operator not in OPERATORS:
            names = [each for domain, each in OPERATORS if domain == operator[0]]
            yield f"the operator {node.domain}:{node.op_type}{did_you_mean(node.op_type, names)}"
        for attribute in node.attribute:
            yield from _refused(attribute)
            for tensor in (attribute.tensor, *attribute.tensors):
                yield from _refused(tensor)
        if node.op_type.startswith("TreeEnsemble") and not walks_end(node.attribute):
            yield "trees whose branches do not all lead to a node further on"


def _refused(message: Any) -> Iterator[str]:
    """Yield the parts of a message that are refused unread."""
    for field, _ in message.ListFields():
        if field.type == field.TYPE_BYTES:
            yield REFUSED.get(field.name, "sparse data")


@cache
def _model_type() -> Any:
    """Return the class of ONNX's model message, of the checked fields alone.

    Building it here spares production the package ``onnx``; the parser is protobuf's own, as in
    every runtime, so no file reads differently to the two.
    """
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="graph.proto", package="liaison")
    for message, fields in MESSAGES.items():
        descriptor = file.message_type.add(name=message)
        for name, (number, kind) in fields.items():
            added = descriptor.field.add(
                name=name,
                number=number,
                label=field.LABEL_REPEATED if kind.endswith("*") else field.LABEL_OPTIONAL,
                type=getattr(field, f"TYPE_{kind.removesuffix('*').upper()}", field.TYPE_MESSAGE),
            )
            if added.type == field.TYPE_MESSAGE:
                added.type_name = f".liaison.{kind.removesuffix('*')}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("liaison.Model"))
