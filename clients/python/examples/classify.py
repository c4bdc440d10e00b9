#!/usr/bin/env python3
"""Classifies images: which way up is each page?

    sluice serve examples/demo.yaml &
    python3 clients/python/examples/classify.py demo/images/scans/*.png
"""
import argparse

import cv2
import numpy as np
from sluice_client import HttpClient, Refused

MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)


def pixels(path: str, size: int) -> np.ndarray:
    """The image as the networks of ImageNet want it: RGB, normalised, channels first."""
    image = cv2.imread(path)
    if image is None:
        raise SystemExit(f"{path}: is no image")
    image = cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), (size, size))
    return ((image / np.float32(255) - MEAN) / STD).transpose(2, 0, 1)[None].astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", nargs="+")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--model", default="page-orientation")
    parser.add_argument("--size", type=int, default=224, help="width and height of the input")
    parser.add_argument("--labels", default="0,90,180,270", help="names of the classes")
    parser.add_argument("--deadline", type=float, default=0.5, help="seconds for each answer")
    arguments = parser.parse_args()
    labels = arguments.labels.split(",")

    with HttpClient(arguments.url) as client:
        info = client.model(arguments.model)
        for path in arguments.images:
            try:
                result = client.infer(arguments.model,
                                      {info.inputs[0].name: pixels(path, arguments.size)},
                                      deadline=arguments.deadline)
            except Refused as refused:
                print(f"{path}: {refused.reason}: {refused}")
                continue
            scores = result[info.outputs[0].name][0]
            best = int(scores.argmax())
            name = labels[best] if best < len(labels) else str(best)
            print(f"{path}: {name} ({scores[best]:.1%})")


if __name__ == "__main__":
    main()
