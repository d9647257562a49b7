"""Parts of the benchmarks' official files, written from what the code in their repositories reads and
independently of the program's readers."""

import base64
import json
import os
import struct

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
    """A pickle of this would run a command."""

    def __reduce__(self):
        return os.system, ("touch pwned",)
