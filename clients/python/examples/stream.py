#!/usr/bin/env python3
"""Sends the frames of a video or a camera, several in flight, and counts what becomes of them.

A frame that the server drops is an answer: the stream goes on with the next one.

    python3 clients/python/examples/stream.py --source 0 --model text-detection --task gate
"""
import argparse
import collections
from typing import Iterator

import cv2
import numpy as np
from sluice_client import Refused, Result, ServerError, TcpClient

from classify import MEAN, STD


def frames(source: str, size: int, limit: int) -> Iterator[np.ndarray]:
    video = cv2.VideoCapture(int(source) if source.isdigit() else source)
    if not video.isOpened():
        raise SystemExit(f"{source}: is no camera, video file or stream that OpenCV can open")
    sent = 0
    while limit == 0 or sent < limit:
        good, image = video.read()
        if not good:
            return
        image = cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), (size, size))
        yield ((image / np.float32(255) - MEAN) / STD).transpose(2, 0, 1)[None].astype(np.float32)
        sent += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", default="0", help="number of a camera, file or URL")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8008)
    parser.add_argument("--model", default="text-detection")
    parser.add_argument("--task", default="", help="the task to count as")
    parser.add_argument("--size", type=int, default=320, help="width and height of the input")
    parser.add_argument("--deadline", type=float, default=0.2, help="seconds for each frame")
    parser.add_argument("--in-flight", type=int, default=4)
    parser.add_argument("--frames", type=int, default=0, help="how many; 0: all")
    arguments = parser.parse_args()

    ends = collections.Counter()
    with TcpClient(arguments.host, arguments.port) as client:
        name = client.model(arguments.model).inputs[0].name
        requests = ({name: frame}
                    for frame in frames(arguments.source, arguments.size, arguments.frames))
        for answer in client.stream(arguments.model, requests, task=arguments.task,
                                    deadline=arguments.deadline, in_flight=arguments.in_flight):
            if isinstance(answer, Result):
                ends["late" if answer.parameters["late"] else "on time"] += 1
            elif isinstance(answer, Refused):
                ends[answer.reason] += 1
            elif isinstance(answer, ServerError):
                raise answer
    print(", ".join(f"{end}: {count}" for end, count in sorted(ends.items())) or "no frames")


if __name__ == "__main__":
    main()
