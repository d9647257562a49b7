"""Parts of the benchmarks' official files, written from what the code in their repositories reads and
independently of the program's readers."""

import base64
import contextlib
import json
import os
import pickle
import struct
import sys
import types

DATA_SETS = ("cifar10", "cifar100", "ImageNet16-120")


def crc32c(data):
    """CRC-32C bit by bit (RFC 3720)."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def tfrecord(record):
    """A record as tf.io.TFRecordWriter frames it."""

    def masked(data):
        crc = crc32c(data)
        return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)

    length = struct.pack("<Q", len(record))
    return length + masked(length) + record + masked(record)


def varint(number):
    digits = bytearray()
    while number > 0x7F:
        digits.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(digits + bytes([number]))


def model_metrics(params, evaluations):
    """ModelMetrics of NAS-Bench-101; an evaluation is (epoch, time, train, validation, test)."""
    message = b""
    for evaluation in evaluations:
        inner = b"".join(varint(field << 3 | 1) + struct.pack("<d", value)
                         for field, value in enumerate(evaluation, start=1))
        inner += varint(6 << 3 | 2) + varint(4) + b"path"
        message += varint(1 << 3 | 2) + varint(len(inner)) + inner
    return message + varint(2 << 3) + varint(params) + varint(3 << 3 | 1) + struct.pack("<d", 9.0)


def nasbench101_row(name, epochs, matrix, operations, params, final):
    start = (0.0, 0.0, 0.1, 0.1, 0.1)
    half = (epochs / 2, 5.0, 0.5, 0.5, 0.5)
    metrics = base64.b64encode(model_metrics(params, [start, half, (epochs, *final)])).decode()
    return tfrecord(json.dumps([name, epochs, matrix, operations, metrics]).encode())


def training(data_set, epochs, seed, base):
    """A state of ResultsCount."""
    sets = {"cifar10-valid": ["x-valid", "ori-test"], "cifar10": ["ori-test"]}.get(
        data_set, ["x-valid", "x-test", "ori-test"])
    accuracies = {f"{name}@{i}": base + 10 * k + i
                  for k, name in enumerate(sets) for i in range(epochs)}
    return {"name": data_set, "train_acc1es": {i: 1.0 for i in range(epochs)},
            "train_times": {i: 0.5 for i in range(epochs)}, "params": 0.25, "flop": 12.5,
            "latency": [0.01, 0.03], "seed": seed, "epochs": epochs, "eval_names": sets,
            "eval_acc1es": accuracies, "eval_times": {}, "eval_losses": {}}


def cell_results(index, notation):
    """What arch2infos holds for a cell: three seeds with 200 epochs, one with 12."""
    infos = {}
    for epochs, seeds in (("12", [777]), ("200", [777, 888, 999])):
        results = {(name, seed): training(name, int(epochs), seed, index + k)
                   for name in ("cifar10-valid", *DATA_SETS) for k, seed in enumerate(seeds)}
        infos[epochs] = {"arch_index": index, "arch_str": notation, "all_results": results,
                         "dataset_seed": {name: seeds for name in ("cifar10-valid", *DATA_SETS)},
                         "clear_net_done": True}
    return infos


class Command:
    """A pickle of this would make a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


def old_torch(value, protocol=2):
    """As torch.save had it before version 1.6: a number, a version, the system, the value, and the
    keys of its tensors, each a pickle of its own."""
    parts = (0x1950A86A20F9469CFC6C, 1001,
             {"protocol_version": 1001, "little_endian": True,
              "type_sizes": {"short": 2, "int": 4, "long": 4}}, value, [])
    return b"".join(pickle.dumps(part, protocol) for part in parts)


class Reduced:
    """What a pickle calls, with which arguments, and the state it then sets."""

    def __init__(self, *parts):
        self.parts = parts

    def __reduce__(self):
        function, *others = self.parts
        return getattr(sys.modules[function[0]], function[1]), *others


@contextlib.contextmanager
def numpy_names():
    """Modules with the names that pickles of numpy refer to, without numpy."""
    names = {"numpy": ("dtype", "ndarray"), "numpy.core": (),
             "numpy.core.multiarray": ("_reconstruct", "scalar")}
    before = {name: sys.modules.get(name) for name in names}
    for module, members in names.items():
        sys.modules[module] = types.ModuleType(module)
        for member in members:
            setattr(sys.modules[module], member, type(member, (), {"__module__": module}))
    try:
        yield
    finally:
        for name, module in before.items():
            sys.modules.pop(name)
            if module:
                sys.modules[name] = module


def dtype(kind, order):
    return Reduced(("numpy", "dtype"), (kind, False, True), (3, order, None, None, None, -1, -1, 0))


def array(kind, order, count, data):
    """A numpy array of one dimension; to be pickled under numpy_names()."""
    return Reduced(("numpy.core.multiarray", "_reconstruct"),
                   (sys.modules["numpy"].ndarray, (0,), b"b"),
                   (1, (count,), dtype(kind, order), False, data))


def scalar(kind, order, data):
    """A number of numpy; to be pickled under numpy_names()."""
    return Reduced(("numpy.core.multiarray", "scalar"), (dtype(kind, order), data))


def darts_result():
    """A training of NAS-Bench-301."""
    darts = "NetworkSelectorDatasetInfo:darts:"
    configuration = {"SimpleLearningrateSchedulerSelector:cosine_annealing:T_max": 100,
                     darts + "init_channels": 32, darts + "layers": 8}
    for cell in ("normal", "reduce"):
        first = 0
        for node, (a, b) in zip(range(2, 6), ((0, 1), (0, 2), (1, 3), (0, 4))):
            configuration[f"{darts}edge_{cell}_{first + a}"] = "sep_conv_3x3"
            configuration[f"{darts}edge_{cell}_{first + b}"] = "skip_connect"
            if node > 2:
                configuration[f"{darts}inputs_node_{cell}_{node}"] = f"{a}_{b}"
            first += node
    return {"optimized_hyperparamater_config": configuration, "test_accuracy": 93.5,
            "runtime": 4000.5, "info": [{"val_accuracy": 91.25}]}


NLP_RECIPE = {"f": {"op": "linear", "input": ["x", "h_prev_0"]},
              "h_new_0": {"op": "activation_tanh", "input": ["f"]}}


def nlp_log():
    """A training of NAS-Bench-NLP."""
    return {"recepie_id": 7, "recepie": json.dumps(NLP_RECIPE), "num_params": 100,
            "wall_times": [1.0, 3.0, 2.0], "val_losses": [2.0, 1.0, float("nan")],
            "test_losses": [3.0, 0.0, float("nan")], "status": "loss is nan!", "init_time": "2020"}
