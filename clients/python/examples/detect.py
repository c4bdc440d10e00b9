#!/usr/bin/env python3
"""Finds the text on images and draws boxes around it.

    sluice serve examples/demo.yaml &
    python3 clients/python/examples/detect.py demo/images/scans/*.png --out /tmp/boxes
"""
import argparse
import pathlib

import cv2
import numpy as np
from sluice_client import HttpClient, Refused

from classify import pixels


def boxes(likelihood: np.ndarray, threshold: float) -> list:
    """Rectangles (x, y, width, height) around regions that are likely to be text, 0 to 1."""
    height, width = likelihood.shape
    regions, _ = cv2.findContours((likelihood > threshold).astype(np.uint8), cv2.RETR_EXTERNAL,
                                  cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for region in regions:
        x, y, w, h = cv2.boundingRect(region)
        if w < 3 or h < 3:
            continue
        grow = min(w, h) * 0.5  # the network marks the middle of the letters only
        found.append(((x - grow) / width, (y - grow) / height,
                      (w + 2 * grow) / width, (h + 2 * grow) / height))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", nargs="+")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--model", default="text-detection")
    parser.add_argument("--size", type=int, default=320, help="width and height of the input")
    parser.add_argument("--threshold", type=float, default=0.3)
    parser.add_argument("--deadline", type=float, default=1.0, help="seconds for each answer")
    parser.add_argument("--out", type=pathlib.Path, help="folder for the images with boxes")
    arguments = parser.parse_args()

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
            found = boxes(result[info.outputs[0].name][0, 0], arguments.threshold)
            print(f"{path}: {len(found)} places with text")
            if arguments.out is None:
                continue
            image = cv2.imread(path)
            height, width = image.shape[:2]
            for x, y, w, h in found:
                cv2.rectangle(image, (round(x * width), round(y * height)),
                              (round((x + w) * width), round((y + h) * height)), (0, 0, 255), 2)
            arguments.out.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(arguments.out / pathlib.Path(path).name), image)


if __name__ == "__main__":
    main()
